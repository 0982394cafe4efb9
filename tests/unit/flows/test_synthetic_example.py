from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from config.errors import SettingsError
from config.frames import CLIENT_EVENTS
from config.load import Loaded, load_project
from flows.ingest import Ingested, take_in
from flows.layout import layout
from flows.synthetic import write_example
from flows.synthetic.membership import BODIES

PEOPLE = 3_000
Held = dict[str, tuple[pl.DataFrame, pl.DataFrame]]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic") / "example"
    write_example(folder, PEOPLE, seed=7)
    return folder


@pytest.fixture(scope="module")
def loaded(example: Path) -> Loaded:
    return load_project(example / "project.toml")


@pytest.fixture(scope="module")
def taken(loaded: Loaded) -> dict[str, Ingested]:
    """Body to what the real ingest makes of its extracts."""
    return {body: take_in(loaded, layout(loaded), body) for body in BODIES}


@pytest.fixture(scope="module")
def held(taken: dict[str, Ingested]) -> Held:
    return {body: (each.people, each.events) for body, each in taken.items()}


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_people_and_seed_give_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_example(tmp_path / name, 300, seed)
    one, again, other = (digests(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert {name for name in one if one[name] == other[name]} == {
        "README.txt",
        "journey-notes.toml",
        "project.toml",
    }


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="does not exist yet or is empty"):
        write_example(tmp_path, 100, 1)
    assert digests(tmp_path).keys() == {"mine.txt"}
    (tmp_path / "empty").mkdir()
    write_example(tmp_path / "empty", 100, 1)
    assert "project.toml" in digests(tmp_path / "empty")


@pytest.mark.parametrize(("people", "seed"), [(0, 1), (10_000_001, 1), (100, -1)])
def test_numbers_out_of_range_are_refused_and_nothing_is_written(tmp_path: Path, people: int, seed: int) -> None:
    with pytest.raises(SettingsError, match="expected"):
        write_example(tmp_path / "example", people, seed)
    assert not (tmp_path / "example").exists()


def test_even_one_person_makes_a_project(tmp_path: Path) -> None:
    write_example(tmp_path / "example", 1, 1)
    assert load_project(tmp_path / "example" / "project.toml").project.project.population == 1_000


def test_the_project_file_is_the_shipped_one_but_for_the_population(example: Path, loaded: Loaded) -> None:
    shipped = (Path(__file__).parents[3] / "config" / "example" / "project.toml").read_text(encoding="utf-8")
    written = (example / "project.toml").read_text(encoding="utf-8")
    changed = [line for line, old in zip(written.splitlines(), shipped.splitlines(), strict=True) if line != old]
    assert changed == [f"population = {PEOPLE}"]
    assert loaded.project.project.synthetic


def test_the_truth_and_the_true_person_numbers_stand_beside_the_bodies_only(example: Path) -> None:
    assert "INVENTED" in (example / "README.txt").read_text(encoding="utf-8")
    files = {str(path.relative_to(example)) for path in example.rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith("bodies/")} == {
        "README.txt",
        "journey-notes.toml",
        "project.toml",
        "truth/people.csv",
    }
    assert {name.split("/")[1] for name in files if name.startswith("bodies/")} == set(BODIES)
    for name in files:
        if name.endswith(".csv") and name.startswith("bodies/"):
            header = (example / name).read_bytes().splitlines()[0].lower()
            assert b"truth" not in header
            assert b"true" not in header


def test_one_body_supplies_parquet_and_others_several_files(example: Path) -> None:
    def names(body: str) -> set[str]:
        return {path.name for path in (example / "bodies" / body / "extracts").iterdir()}

    assert names("benefits") == {"people_001.parquet", "events_001.parquet"}
    assert names("housing") == {"people.csv", "events_council.csv", "events_contractor.csv"}
    assert names("adult_social_care") == {"people_open.csv", "people_closed.csv", "events.csv"}


def test_every_body_gets_through_the_real_ingest_with_a_few_rows_set_aside(taken: dict[str, Ingested]) -> None:
    faults = 0
    for each in taken.values():
        rows = sum(receipt.rows_in for receipt in each.receipts)
        aside = sum(receipt.rows_quarantined for receipt in each.receipts)
        assert aside <= 0.003 * rows
        faults += aside
    assert faults > 10


def test_every_client_and_every_event_has_a_true_person(example: Path, held: Held) -> None:
    truth = pl.read_csv(example / "truth" / "people.csv", infer_schema=False)
    assert truth.columns == ["body", "client_ref", "person"]
    assert truth.select("body", "client_ref").is_duplicated().sum() == 0
    for body, (people, events) in held.items():
        known = truth.filter(pl.col("body") == body)["client_ref"].implode()
        assert people["client_ref"].is_in(known).all()
        assert events["client_ref"].is_in(known).all()


def test_only_a_body_that_says_so_has_a_person_twice(example: Path, loaded: Loaded) -> None:
    truth = pl.read_csv(example / "truth" / "people.csv", infer_schema=False)
    twice = set(truth.filter(pl.struct("body", "person").is_duplicated())["body"])
    assert twice == {body for body, settings in loaded.project.bodies.items() if not settings.unique_clients}
    assert twice == {"nhs_trust"}


def test_bodies_overlap_as_they_would(example: Path) -> None:
    truth = pl.read_csv(example / "truth" / "people.csv", infer_schema=False)
    shares = {
        body: truth.filter(pl.col("body") == body)["person"].n_unique() / PEOPLE for body in BODIES
    }  # fmt: skip
    expected = {
        "housing": (0.14, 0.26),
        "revenues": (0.5, 0.72),
        "benefits": (0.18, 0.32),
        "adult_social_care": (0.03, 0.09),
        "nhs_trust": (0.65, 0.85),
        "prison": (0.01, 0.03),
    }
    assert all(low < shares[body] < high for body, (low, high) in expected.items())
    bodies = truth.group_by("person").agg(pl.col("body").n_unique())["body"]
    assert (bodies >= 3).sum() > PEOPLE * 0.1


def test_clients_of_two_bodies_do_not_stand_in_the_same_order(example: Path) -> None:
    truth = pl.read_csv(example / "truth" / "people.csv")
    one = truth.filter(pl.col("body") == "revenues").sort("client_ref").with_row_index("place")
    other = truth.filter(pl.col("body") == "nhs_trust").sort("client_ref").with_row_index("place")
    both = one.join(other, on="person")
    assert abs(both.select(pl.corr("place", "place_right")).item()) < 0.1


def test_the_events_keep_their_contract_and_use_every_closed_list(
    held: Held,
) -> None:
    for _, events in held.values():
        CLIENT_EVENTS.verify(events)
    together = pl.concat([events for _, events in held.values()])
    used = {name: together[name].drop_nulls().n_unique() for name in together.columns}
    assert used["event_type"] >= 12
    assert used["avoidable_code"] == 8
    assert used["channel"] == 8
    assert used["outcome"] >= 4
    assert used["sentiment"] == 5
    assert used["sentiment_source"] == 2
    assert used["to_body"] == 4
    assert used["ts_precision"] == 3
    assert all(count > 0 for count in used.values())


def test_the_events_span_eighteen_months_and_end_with_the_period(held: Held, loaded: Loaded) -> None:
    ts = pl.concat([events for _, events in held.values()])["ts"]
    assert ts.dt.strftime("%Y-%m").min() == "2024-07"
    assert ts.dt.strftime("%Y-%m").max() == "2025-12"
    assert loaded.project.project.period == "2025"


def test_order_within_a_case_is_settled_by_event_seq_where_times_are_equal(
    held: Held,
) -> None:
    tied = set()
    for body, (_, events) in held.items():
        if body != "housing":
            ordered = events.sort("case_ref", "event_seq")
            later = ordered.filter(pl.col("case_ref") == pl.col("case_ref").shift(1))
            assert later.height > 0
            assert ordered.select((pl.col("ts").diff().over("case_ref") >= pl.duration()).all()).item()
        if events.select(pl.struct("case_ref", "ts").is_duplicated().any()).item():
            tied.add(body)
        assert not events.select(pl.struct("case_ref", "event_seq").is_duplicated().any()).item()
    assert tied >= {"housing", "revenues", "benefits", "prison"}


def test_evidence_of_one_kind_is_asked_for_by_several_bodies_of_the_same_person(example: Path, held: Held) -> None:
    truth = pl.read_csv(example / "truth" / "people.csv", infer_schema=False)
    asked = pl.concat(
        events.filter(pl.col("event_type") == "evidence_request").with_columns(body=pl.lit(body))
        for body, (_, events) in held.items()
    ).join(truth, on=["body", "client_ref"])
    bodies = asked.group_by("person", "evidence_type").agg(pl.col("body").n_unique())
    assert bodies.filter(pl.col("body") >= 2).height > 20


def test_some_journeys_stay_open_and_some_people_ask_again_and_again(
    held: Held,
) -> None:
    _, housing = held["housing"]
    repairs = housing.filter(pl.col("service") == "repairs")
    cases = repairs.group_by("case_ref").agg(
        closed=(pl.col("event_type") == "closure").any(),
        chases=(pl.col("step") == "chase_progress").sum(),
        visits=(pl.col("step") == "contractor_visit").sum(),
    )
    assert 0.02 < 1 - cases["closed"].mean() < 0.3
    assert cases["chases"].max() >= 2
    assert cases["visits"].max() >= 2
