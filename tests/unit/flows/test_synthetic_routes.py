from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from config.agreement import known_words
from config.load import load_project
from config.settings import Project
from flows.synthetic.events import events
from flows.synthetic.extracts import KEPT
from flows.synthetic.membership import BODIES, memberships
from flows.synthetic.population import population
from flows.synthetic.recording import HABITS
from flows.synthetic.routes import ROUTES
from flows.synthetic.stages import USUAL
from linkage.journeys.measures import FAMILIES


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(Path(__file__).parents[3] / "config" / "example" / "project.toml").project


@pytest.fixture(scope="module")
def happened() -> pl.DataFrame:
    rng = np.random.default_rng(5)
    people = population(rng, 8_000, 0)
    return events(rng, people, memberships(rng, people), 100)


def test_every_word_of_a_route_is_one_of_the_example_project(project: Project) -> None:
    for route in ROUTES:
        assert not route.need or route.need in project.words.need_code
        assert {motive for motive, _ in route.motives} <= set(project.words.motive)
        for stage in route.stages:
            assert stage.body in project.bodies
            assert stage.service in project.words.service
            assert stage.step in project.words.step
            assert not stage.evidence or stage.evidence in project.words.evidence_type
            assert not stage.to_body or stage.to_body in project.bodies
            assert not stage.group or stage.group in route.groups
            assert stage.event in USUAL


def test_every_group_of_a_route_is_used() -> None:
    for route in ROUTES:
        assert {stage.group for stage in route.stages} - {""} == set(route.groups)


def test_every_step_of_every_ideal_path_is_walked_by_somebody(project: Project, happened: pl.DataFrame) -> None:
    walked = set(happened["step"])
    for journey in project.journeys.values():
        assert set(journey.ideal_steps) <= walked


def test_every_word_of_the_project_lists_is_used(project: Project, happened: pl.DataFrame) -> None:
    for column in ("service", "step", "need_code", "evidence_type", "motive", "segment"):
        known = known_words(project.words, project.bodies, column)
        assert set(happened[column].drop_nulls()) == known


def test_each_body_maps_every_column_that_it_supplies_and_no_other(project: Project) -> None:
    for body in BODIES:
        settings = project.bodies[body]
        assert set(settings.people_columns) <= {"client_ref", *HABITS[body].columns}
        assert set(settings.event_columns) <= {"client_ref", *KEPT[body]}
        assert not set(settings.event_constants) & set(KEPT[body])


def test_journeys_are_numbered_on_without_a_gap(happened: pl.DataFrame) -> None:
    assert happened["journey"].min() == 100
    assert happened["journey"].max() == 99 + happened["journey"].n_unique()
    assert happened.group_by("journey").agg(pl.col("index").n_unique())["index"].max() == 1


def test_offices_are_open_from_monday_to_friday_and_days_alone_have_no_time(happened: pl.DataFrame) -> None:
    assert happened["ts"].dt.weekday().max() <= 5
    day = happened.filter(pl.col("ts_precision") == "day")
    timed = happened.filter(pl.col("ts_precision") == "minute")
    assert set(day["body"]) == {"prison", "housing"}
    assert (day["ts"] == day["ts"].dt.truncate("1d")).all()
    assert timed["ts"].dt.hour().is_between(8, 17).all()


def test_only_the_first_event_of_a_journey_names_its_need_and_the_need_came_before(happened: pl.DataFrame) -> None:
    needs = happened.filter(pl.col("need_code").is_not_null())
    assert needs["journey"].is_unique().all()
    assert (needs["need_date"] <= needs["ts"].dt.date()).all()
    firsts = happened.join(needs.select("journey", start="ts"), on="journey")
    assert (firsts["ts"].dt.date() >= firsts["start"].dt.date()).all()


def test_feelings_have_a_source_and_fall_with_trouble(happened: pl.DataFrame) -> None:
    felt = happened.filter(pl.col("sentiment").is_not_null())
    assert 0.03 < felt.height / happened.height < 0.2
    assert felt["sentiment"].is_between(-2, 2).all()
    assert felt["sentiment_source"].null_count() == 0
    chasing = felt.filter(pl.col("step").is_in(["chase_progress", "complaint_made"]))["sentiment"].mean()
    closing = felt.filter(pl.col("event_type") == "closure")["sentiment"].mean()
    assert chasing < closing - 0.3


def test_only_contacts_from_people_have_a_reason_and_only_closures_an_outcome(happened: pl.DataFrame) -> None:
    assert set(happened.filter(pl.col("avoidable_code").is_not_null())["direction"]) == {"inbound"}
    assert set(happened.filter(pl.col("outcome").is_not_null())["event_type"]) == {"closure"}
    inbound = happened.filter(pl.col("direction") == "inbound")["avoidable_code"]
    assert 0.25 < (inbound == "not_assessed").mean() < 0.35


def test_what_is_due_is_due_after_it_was_asked_for(happened: pl.DataFrame) -> None:
    due = happened.filter(pl.col("due_date").is_not_null())
    waits = due["due_date"] - due["ts"].dt.date()
    assert waits.min() == timedelta(days=14)
    assert waits.max() == timedelta(days=56)


def test_proof_is_never_given_before_the_same_body_asked_for_it(happened: pl.DataFrame) -> None:
    keys = ["journey", "body", "evidence_type"]
    proof = happened.filter(pl.col("evidence_type").is_not_null())
    asked = proof.filter(pl.col("event_type") == "evidence_request").group_by(keys).agg(asked=pl.col("ts").min())
    given = proof.filter(pl.col("event_type") == "evidence_received").join(asked, on=keys, how="left")
    assert given["asked"].null_count() == 0
    assert (given["ts"] >= given["asked"]).all()


def test_every_measure_has_its_columns_in_some_body() -> None:
    supplied = {column for columns in KEPT.values() for column in columns}
    families = [family for kind in FAMILIES.values() for family, _ in kind]
    # Costs are of the event itself, or of its channel.
    needed = {column for family in families for each in family.all for column in each.needs} - {"cost"}
    assert needed <= supplied


def test_what_the_contractor_does_is_set_off_by_a_third_party(happened: pl.DataFrame) -> None:
    assert happened.filter("contractor")["initiator"].unique().to_list() == ["third_party"]
    repairs = happened.filter((pl.col("service") == "repairs") & ~pl.col("contractor"))
    assert set(repairs["initiator"]) == {"body", "person"}
