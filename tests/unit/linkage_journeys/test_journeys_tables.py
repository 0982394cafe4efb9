"""Drawn events in, exact cells out."""

import json
from datetime import datetime, timedelta

import polars as pl
import pytest

from config.agreement import BREAKDOWNS
from config.errors import ContractError
from config.frames import CELLS, EVENTS, SPINE
from config.settings import Project
from config.terms import TableKind
from linkage.journeys import measure
from linkage.journeys.coded import period_end
from linkage.journeys.measures import FAMILIES
from linkage.journeys.tables import COUNTING, OWN_DIMENSIONS
from linkage.journeys.things import THINGS

START = datetime(2026, 1, 1)  # noqa: DTZ001 - frames hold UTC without a zone


def project(*tables: str, refused: tuple[tuple[str, str], ...] = (), period: str = "2026") -> Project:
    """Tables as `kind` or `kind by breakdown breakdown`."""
    asked = [each.split(" by ") for each in tables]
    body = {
        "title": "B",
        "unique_clients": True,
        "people": ["p"],
        "events": ["e"],
        "most_quarantined_percent": 1.0,
    }
    return Project.model_validate_json(
        json.dumps(
            {
                "project": {"name": "p", "title": "P", "period": period, "population": 1000, "synthetic": True},
                "keys": {"linkage": "a", "spine": "b", "log": "c", "witness": "d"},
                "bodies": dict.fromkeys(("benefits", "housing", "nhs"), body),
                "encoding": {"profile": "strict", "most_clients_per_token": 5},
                "words": {
                    "service": {"repairs": "R", "desk": "D"},
                    "step": {"ask": "A", "look": "L", "fix": "F", "chase": "C"},
                    "evidence_type": {"income": "I"},
                    "segment": {"old": "O", "young": "Y"},
                },
                "journeys": {
                    "repair": {
                        "title": "R",
                        "start_services": ["repairs"],
                        "gap_days": 60,
                        "ideal_path": ["ask", "look", "fix"],
                    }
                },
                "tables": [
                    {"name": each[0], "title": "T", "kind": each[0], "by": each[1].split() if each[1:] else []}
                    for each in asked
                ],
                "disclosure": {"least_people": 5, "least_bodies": 1, "protection": 2, "refused_pairs": refused},
                "people": {
                    "a": {"name": "A", "roles": ["runner", "custodian"]},
                    "b": {"name": "B", "roles": ["output_checker"], "key": "b"},
                },
                "sign_off": {"approvers": 1},
            }
        )
    )


def spine(*records: str) -> pl.DataFrame:
    """Records as `body person` or `body person low high`; the record is called as the person is."""
    rows = []
    for each in records:
        body, person, *ends = each.split()
        rows.append((body, person, person, *(ends or (person, person))))
    return pl.DataFrame(rows, schema=SPINE.columns, orient="row")


SHORT = {"type": "event_type", "evidence": "evidence_type", "code": "avoidable_code", "from": "direction"}


def events(drawn: str) -> dict[str, tuple[pl.DataFrame, tuple[str, ...]]]:
    """Lines `body record day` and `column=word` pairs, as in `housing p1 3 type=contact step=ask`."""
    bodies: dict[str, list[dict[str, object]]] = {}
    supplied: set[str] = set()
    for number, line in enumerate(drawn.strip().splitlines()):
        body, record, day, *pairs = line.split()
        words = {SHORT.get(name, name): word for name, word in (pair.split("=") for pair in pairs)}
        supplied |= set(words)
        row = dict.fromkeys(EVENTS.columns) | {"service": "repairs", "event_type": "contact"} | words
        row |= {"record_id": record, "event_id": f"e{number}", "event_seq": number}
        bodies.setdefault(body, []).append(row | {"ts": START + timedelta(days=float(day))})
    return {
        body: (pl.DataFrame(rows, schema=EVENTS.columns), (*supplied, "event_id")) for body, rows in bodies.items()
    }


def cells(kind: str, known: pl.DataFrame, drawn: str, **settings: object) -> pl.DataFrame:
    """The cells of one table."""
    (table,) = measure(known, events(drawn), project(kind, **settings)).tables  # type: ignore[arg-type]
    return table.cells


def total(name: str, known: pl.DataFrame, drawn: str) -> dict[str, object]:
    """One measure over all journeys."""
    (row,) = cells("measures", known, drawn).filter(pl.col("measure") == name).to_dicts()
    return row


def test_a_journey_that_crosses_bodies_is_one() -> None:
    found = cells(
        "journeys by journey_type month",
        spine("housing p1", "nhs p1", "nhs p2"),
        """
        housing p1 0 type=contact
        nhs p1 31 type=visit service=desk
        nhs p2 31 type=contact service=desk
        """,
    )
    assert found.select("journey_type", "month", "people", "count", "value", "body_names").rows() == [
        ("__all__", "2026-01", 1, 1, 1.0, ["housing", "nhs"]),
        ("__all__", "2026-02", 1, 1, 1.0, ["nhs"]),
        ("__all__", "__all__", 2, 2, 1.0, ["housing", "nhs"]),
        ("other", "2026-02", 1, 1, 1.0, ["nhs"]),
        ("other", "__all__", 1, 1, 1.0, ["nhs"]),
        ("repair", "2026-01", 1, 1, 1.0, ["housing", "nhs"]),
        ("repair", "__all__", 1, 1, 1.0, ["housing", "nhs"]),
    ]


def test_a_person_has_the_segment_stated_last() -> None:
    found = cells(
        "journeys by segment",
        spine("housing p1", "nhs p1", "nhs p2"),
        """
        housing p1 0 segment=young
        nhs p1 100 segment=old
        housing p1 200 type=contact
        nhs p2 200 type=contact
        """,
    )
    assert found.select("segment", "people", "count").rows() == [
        ("__all__", 2, 4),
        ("not_stated", 1, 1),
        ("old", 1, 3),
    ]


def test_contacts_are_counted_in_journeys_whose_contacts_all_state_their_direction() -> None:
    row = total(
        "contacts_per_journey",
        spine("housing p1", "housing p2", "housing p3"),
        """
        housing p1 0 type=contact from=inbound
        housing p1 1 type=complaint from=inbound
        housing p1 2 type=contact from=outbound
        housing p1 3 type=response
        housing p2 0 type=contact
        housing p3 0 type=visit
        """,
    )
    assert (row["people"], row["count"], row["value"], row["coverage"]) == (2, 2, 1.0, 0.67)


def test_time_to_service_keeps_those_who_still_wait() -> None:
    known = spine(*(f"housing p{number}" for number in range(5)))
    drawn = """
        housing p0 0 type=contact
        housing p0 4 type=delivery
        housing p1 0 type=contact
        housing p1 9 type=delivery
        housing p2 0 type=contact
        housing p3 0 type=contact
        housing p4 0 type=visit
    """
    row = total("time_to_service_median", known, drawn)
    assert (row["people"], row["count"], row["value"], row["least_people"]) == (4, 4, 9.0, 20)
    assert row["coverage"] == 0.8
    tail = total("time_to_service_p90", known, drawn)
    assert (tail["value"], tail["least_people"], tail["status"]) == (None, 100, "")


def test_assessed_and_inferred_avoidable_contact_are_kept_apart() -> None:
    known = spine("housing p1")
    drawn = """
        housing p1 0 type=contact code=none
        housing p1 5 type=contact code=chase
        housing p1 6 type=delivery
        housing p1 7 type=contact code=not_assessed
        housing p1 36 type=contact
        housing p1 64 type=contact
    """
    assessed, inferred = total("avoidable_assessed", known, drawn), total("avoidable_inferred", known, drawn)
    # Day 5 repeats day 0, and day 64 repeats day 36 to the day; between 5 and 7 something was delivered.
    assert (assessed["count"], assessed["value"], assessed["coverage"]) == (2, 50.0, 0.4)
    assert (inferred["count"], inferred["value"], inferred["coverage"]) == (5, 40.0, 1.0)
    assert (assessed["people_with"], inferred["people_with"]) == (1, 1)


def test_a_contact_with_another_service_is_no_repeat() -> None:
    row = total(
        "avoidable_inferred",
        spine("housing p1"),
        """
        housing p1 0 type=contact
        housing p1 1 type=contact service=desk
        """,
    )
    assert (row["value"], row["people_with"]) == (0.0, 0)


def test_hand_offs_and_ping_pong() -> None:
    known = spine("benefits p1", "housing p1", "nhs p1", "housing p2")
    drawn = """
        housing p1 0 type=contact
        nhs p1 1 type=visit
        nhs p1 2 type=visit
        housing p1 5 type=visit
        benefits p1 5 type=visit
        housing p2 0 type=contact
    """
    assert total("hand_offs_per_journey", known, drawn)["value"] == 1.5
    ping_pong = total("ping_pong", known, drawn)
    assert (ping_pong["value"], ping_pong["people"], ping_pong["people_with"]) == (50.0, 2, 1)
    found = cells("hand_offs", known, drawn)
    assert found.filter((pl.col("from_body") != "__all__") & (pl.col("to_body") != "__all__")).select(
        "from_body", "to_body", "people", "count", "bodies"
    ).rows() == [("housing", "benefits", 1, 1, 2), ("housing", "nhs", 1, 1, 2), ("nhs", "housing", 1, 1, 2)]


def test_overlap_is_of_both_in_either() -> None:
    found = cells(
        "overlap", spine("housing p1", "housing p2", "housing p3", "nhs p1", "benefits p1"), "housing p1 0"
    )
    assert found.select("body", "other_body", "people", "value", "body_names").rows() == [
        ("benefits", "housing", 1, 33.0, ["benefits", "housing"]),
        ("benefits", "nhs", 1, 100.0, ["benefits", "nhs"]),
        ("housing", "nhs", 1, 33.0, ["housing", "nhs"]),
    ]


def test_evidence_asked_for_again_while_valid() -> None:
    known = spine("benefits p1", "housing p1")
    drawn = """
        housing p1 0 type=evidence_request evidence=income
        benefits p1 10 type=evidence_request evidence=income
        housing p1 20 type=evidence_request
        housing p1 50 type=visit
        housing p1 100 type=visit
        housing p1 150 type=visit
        housing p1 200 type=visit
        housing p1 250 type=visit
        housing p1 300 type=visit
        housing p1 350 type=visit
    """
    row = total("duplicated_evidence", known, drawn)
    assert (row["count"], row["value"], row["coverage"]) == (2, 50.0, 0.67)
    assert total("duplicated_evidence_across_bodies", known, drawn)["value"] == 50.0
    found = cells("evidence", known, drawn).row(-1, named=True)
    assert (found["evidence_type"], found["first_body"], found["repeating_body"]) == (
        "income",
        "housing",
        "benefits",
    )
    assert (found["people"], found["count"], found["value"], found["least_people"]) == (1, 1, None, 0)


def test_transitions_have_a_start_and_what_became_of_it() -> None:
    found = cells(
        "transitions",
        spine("housing p1", "housing p2", "housing p3"),
        """
        housing p1 0 step=ask
        housing p1 4 step=fix
        housing p1 5 type=closure
        housing p2 0 step=ask
        housing p3 360 step=ask
        """,
    )
    inner = found.filter((pl.col("from_step") != "__all__") & (pl.col("to_step") != "__all__"))
    assert inner.select("from_step", "to_step", "count").rows() == [
        ("__start__", "ask", 3),
        ("ask", "__lapsed__", 1),
        ("ask", "__open__", 1),
        ("ask", "fix", 1),
        ("fix", "__end__", 1),
    ]


def test_the_median_wait_stands_once_twenty_people_are_behind_it() -> None:
    def wait(people: int) -> tuple[object, ...]:
        known = spine(*(f"housing p{number}" for number in range(people)))
        drawn = "\n".join(
            f"housing p{number} 0 step=ask\nhousing p{number} {number} step=fix" for number in range(people)
        )
        found = cells("transitions", known, drawn).filter(
            (pl.col("from_step") == "ask") & (pl.col("to_step") == "fix")
        )
        return found.select("people", "value", "least_people").row(0)

    assert wait(19) == (19, None, 0)
    assert wait(20) == (20, 9.5, 20)


def test_avoidable_contact_by_reason_keeps_what_nobody_assessed_apart() -> None:
    found = cells(
        "avoidable by service",
        spine("housing p1", "housing p2"),
        """
        housing p1 0 code=chase
        housing p1 1 code=chase
        housing p2 0 code=none
        housing p2 1 type=contact
        """,
    )
    assert found.filter(pl.col("service") == "repairs").select(
        "reason", "people", "count", "value", "coverage"
    ).rows() == [
        ("__all__", 2, 4, 2.0, 0.75),
        ("chase", 1, 2, 2.0, 0.75),
        ("none", 1, 1, 1.0, 0.75),
        ("not_assessed", 1, 1, 1.0, 0.75),
    ]


def test_conformance_against_the_ideal_path_step_by_step() -> None:
    known = spine("housing p1")
    drawn = """
        housing p1 0 step=ask
        housing p1 1 step=chase
        housing p1 2 step=ask
        housing p1 3 step=fix
        housing p1 4 type=closure
    """
    # Ideal ask-look-fix, taken ask-chase-ask-fix: two of three met; 1 - (1 + 2) / (4 + 3).
    assert total("conformance", known, drawn)["value"] == 57.1
    found = cells("conformance", known, drawn)
    assert found.filter(pl.col("step") != "__all__").select("step", "kind", "count").rows() == [
        ("ask", "followed", 1),
        ("ask", "repeated", 1),
        ("chase", "inserted", 1),
        ("fix", "followed", 1),
        ("look", "skipped", 1),
    ]


def test_an_open_journey_is_open_and_does_not_count_as_skipping_steps() -> None:
    known = spine("housing p1", "housing p2")
    drawn = """
        housing p1 350 step=ask
        housing p2 0 step=ask
    """
    row = total("open", known, drawn)
    assert (row["value"], row["count"], row["people_with"]) == (50.0, 2, 1)
    assert total("conformance", known, drawn)["count"] == 1


def test_a_missing_column_is_not_available_and_never_zero() -> None:
    row = total("avoidable_assessed", spine("housing p1"), "housing p1 0 type=contact")
    assert (row["status"], row["people"], row["count"], row["value"]) == ("x", 0, 0, None)
    for kind in ("transitions", "avoidable", "evidence", "conformance"):
        found = cells(kind, spine("housing p1"), "housing p1 0 type=contact")
        assert set(found["status"]) == {"x"}
        assert found["value"].is_null().all()


def test_a_column_that_a_body_does_not_supply_holds_nothing() -> None:
    given = {
        body: (frame, tuple(name for name in supplied if name != "step"))
        for body, (frame, supplied) in events("housing p1 0 step=ask").items()
    }
    (table,) = measure(spine("housing p1"), given, project("transitions")).tables
    assert table.cells["status"].to_list() == ["x"]


def test_a_refused_pair_appears_together_nowhere() -> None:
    known = spine("benefits p1", "housing p1", "nhs p1")
    drawn = """
        housing p1 0 type=evidence_request evidence=income step=ask
        nhs p1 1 type=evidence_request evidence=income step=fix
        benefits p1 2 type=evidence_request evidence=income step=fix
    """
    every = [kind.value for kind in TableKind]
    for table in measure(known, events(drawn), project(*every, refused=(("nhs", "housing"),))).tables:
        for row in table.cells.iter_rows(named=True):
            assert not {"housing", "nhs"} <= {row.get("body"), row.get("other_body")}
            assert not {"housing", "nhs"} <= {row.get("from_body"), row.get("to_body")}
            assert not {"housing", "nhs"} <= {row.get("first_body"), row.get("repeating_body")}
    (table,) = measure(known, events(drawn), project("journeys", refused=(("nhs", "housing"),))).tables
    # As if the two had never been linked: the person is two people, with a journey each.
    assert table.cells.select("people", "count").rows() == [(2, 2)]


def test_the_linkage_range_is_the_value_at_both_thresholds_in_order() -> None:
    known = spine("housing p1 a p1", "nhs p2 a p2", "benefits p3 p3 p3")
    drawn = """
        housing p1 0 type=contact
        nhs p2 1 type=contact
        benefits p3 0 type=contact
    """
    found = cells("journeys", known, drawn).row(0, named=True)
    assert (found["people"], found["count"], found["low"], found["high"]) == (3, 3, 1.0, 1.0)
    hand_offs = total("hand_offs_per_journey", known, drawn)
    assert (hand_offs["value"], hand_offs["low"], hand_offs["high"]) == (0.0, 0.0, 0.5)


def test_events_of_nobody_and_events_after_the_period_are_counted_and_left_out() -> None:
    drawn = """
        housing p1 0 type=contact
        housing p9 0 type=contact
        housing p1 365 type=contact
    """
    found = measure(spine("housing p1"), events(drawn), project("journeys"))
    assert dict(found.facts) == {
        "journeys": 1,
        "open_journeys": 0,
        "persons": 1,
        "events": 1,
        "events_without_person": 1,
        "events_after_period": 1,
        "events_without_consent": 0,
    }


def test_no_events_give_tables_without_rows_that_keep_their_contract() -> None:
    nothing = {"housing": (EVENTS.empty(), ("event_id",))}
    every = [f"{kind.value} by {' '.join(sorted(BREAKDOWNS[kind]))}" for kind in TableKind]
    for given in (nothing, {}):
        found = measure(SPINE.empty(), given, project(*every))
        assert found.facts["journeys"] == 0
        for table in found.tables:
            assert CELLS.verify(table.cells).filter(pl.col("status") == "").is_empty()


def test_one_journey_of_very_many_events() -> None:
    number = 20_000
    rows = dict.fromkeys(EVENTS.columns) | {
        "record_id": "p1",
        "service": "repairs",
        "event_type": "contact",
        "step": "ask",
    }
    frame = pl.DataFrame(
        {name: [value] * number for name, value in rows.items()}, schema=EVENTS.columns
    ).with_columns(event_id=pl.int_range(number).cast(pl.String), event_seq=pl.int_range(number), ts=pl.lit(START))
    found = measure(spine("housing p1"), {"housing": (frame, ("step",))}, project("conformance", "measures"))
    assert (found.facts["journeys"], found.facts["events"]) == (1, number)
    assert found.tables[0].cells.filter(pl.col("kind") == "repeated")["count"].to_list() == [number - 1] * 2


def test_events_of_one_moment_are_in_the_order_of_their_numbers() -> None:
    forward = cells("hand_offs", spine("housing p1", "nhs p1"), "housing p1 0 type=contact\nnhs p1 0 type=contact")
    back = cells("hand_offs", spine("housing p1", "nhs p1"), "nhs p1 0 type=contact\nhousing p1 0 type=contact")
    assert (forward["from_body"][-1], back["from_body"][-1]) == ("housing", "nhs")


def test_a_word_that_the_project_does_not_list_is_refused_by_count_alone() -> None:
    with pytest.raises(ContractError, match="column 'service' holds a word the project does not list: 1") as fault:
        cells("journeys", spine("housing p1"), "housing p1 0 service=zzyzx")
    assert "zzyzx" not in str(fault.value)


def test_periods_end_where_the_next_begins() -> None:
    ends = [
        period_end(period).strftime("%Y-%m-%d") for period in ("2026", "2026-11", "2026-12", "2026-Q1", "2026-Q4")
    ]
    assert ends == ["2027-01-01", "2026-12-01", "2027-01-01", "2026-04-01", "2027-01-01"]


def test_every_kind_of_table_is_made() -> None:
    assert set(OWN_DIMENSIONS) == set(TableKind)
    assert set(THINGS) | set(FAMILIES) | {TableKind.OVERLAP} == set(TableKind)
    assert set(COUNTING) == set(THINGS)
