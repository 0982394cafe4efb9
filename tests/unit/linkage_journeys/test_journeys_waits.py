"""Drawn events in, exact measures of time and outcome out."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from config.event_words import EventType
from config.frames import EVENTS, SPINE
from config.terms import TableKind
from linkage.journeys import measure
from linkage.journeys.measures import FAMILIES, relations
from tests.support.journey_world import project

START = datetime(2026, 10, 1)  # noqa: DTZ001 - frames hold UTC without a zone
SHORT = {
    "in": ("direction", "inbound"),
    "out": ("direction", "outbound"),
    "inner": ("direction", "internal"),
    "chase": ("avoidable_code", "chase"),
    "fine": ("avoidable_code", "none"),
    "by_choice": ("voluntary", True),
    "bound": ("voluntary", False),
    **{each.value: ("event_type", each.value) for each in EventType},
}
NAMES = {"case": "case_ref", "by": "initiator", "need": "need_date", "due": "due_date"}


def day(number: str) -> date:
    """A day so many days after the first."""
    return (START + timedelta(days=int(number))).date()


def rows(drawn: str) -> dict[str, dict[str, object]]:
    """Every measure over all journeys, by name.

    An event is drawn as `body person day`, then words of `SHORT` and `column=word` pairs. Days and dates are days
    since the first of October; a journey of repairs lapses after 20 days, and the period ends on day 92.
    """
    bodies: dict[str, list[dict[str, object]]] = {}
    for number, line in enumerate(drawn.strip().splitlines()):
        body, person, when, *words = line.split()
        row = dict.fromkeys(EVENTS.columns) | {"service": "repairs", "event_type": "contact"}
        for word in words:
            name, _, value = word.partition("=")
            column, said = SHORT[word] if word in SHORT else (NAMES.get(name, name), value)
            row[column] = day(value) if column.endswith("_date") else said
        row |= {"record_id": person, "event_id": f"e{number}", "event_seq": number}
        bodies.setdefault(body, []).append(row | {"ts": START + timedelta(days=float(when))})
    records = sorted({(body, row["record_id"]) for body, found in bodies.items() for row in found})
    spine = pl.DataFrame([(*each, *[each[1]] * 3) for each in records], schema=SPINE.columns, orient="row")
    given = {
        body: (pl.DataFrame(found, schema=EVENTS.columns), tuple(EVENTS.columns)) for body, found in bodies.items()
    }
    table = next(each for each in measure(spine, given, project([])).tables if each.kind == "measures")
    total = (pl.col("journey_type") == "__all__") & (pl.col("segment") == "__all__")
    return {row["measure"]: row for row in table.cells.filter(total).iter_rows(named=True)}


def told(row: dict[str, object]) -> tuple[object, ...]:
    return row["people"], row["count"], row["value"], row["coverage"]


def test_a_response_takes_the_matter_further_and_a_receipt_or_a_circular_does_not() -> None:
    found = rows("""
        housing p1 0 contact in
        housing p1 1 contact out
        housing p1 2 response out channel=system
        housing p1 3 referral inner
        housing p1 5 visit out
        housing p1 6 response out
    """)
    assert told(found["time_to_first_response_median"]) == (1, 1, 5.0, 1.0)
    assert found["time_to_first_response_median"]["least_people"] == 20
    assert found["time_to_first_response_p90"]["least_people"] == 100


def test_who_was_never_answered_waits_until_the_journey_is_over_and_is_not_dropped() -> None:
    found = rows("""
        housing p1 0 response out
        housing p1 1 contact in
        housing p1 1 response out
        housing p2 1 contact in
        housing p2 4 closure inner
        housing p3 1 contact in
    """)
    # One of three was answered, on the day; the others were cut off after 3 and 20 days.
    assert told(found["time_to_first_response_median"]) == (3, 3, None, 1.0)


def test_a_journey_with_an_unknown_direction_is_left_out_of_responses_and_coverage_says_so() -> None:
    found = rows("""
        housing p1 0 contact in
        housing p1 4 response out
        housing p2 0 contact in
        housing p2 1 response
    """)
    assert told(found["time_to_first_response_median"]) == (1, 1, 4.0, 0.5)


def test_a_chase_is_measured_from_the_last_thing_that_the_person_heard() -> None:
    found = rows("""
        housing p1 0 contact in fine
        housing p1 2 response out
        housing p1 3 visit out
        housing p1 10 contact in chase
        housing p1 11 visit out
        housing p1 12 contact in chase
        housing p2 0 contact in chase
        housing p2 5 visit out
        housing p3 0 contact in
    """)
    # Somebody who chases before anything was sent has no such wait. Four of five contacts were assessed.
    assert told(found["wait_before_chase_median"]) == (1, 1, 7.0, 0.8)


def test_events_of_one_moment_keep_their_order() -> None:
    found = rows("""
        housing p1 0 response out
        housing p1 0 contact in chase
        housing p1 0 visit out
        housing p1 0 delivery out case=c due=0
    """)
    assert told(found["time_to_first_response_median"])[2] == 0.0
    assert told(found["wait_before_chase_median"])[:3] == (1, 1, 0.0)
    assert told(found["on_time"])[:3] == (1, 1, 100.0)


def test_a_need_after_the_contact_is_no_lead() -> None:
    found = rows("""
        housing p1 10 contact need=3
        housing p1 11 contact need=1
        housing p2 10 contact need=11
        housing p3 10 contact need=10
        housing p4 10 visit need=1
    """)
    # Leads of 7 and 0 days: half have one of no days or less. One of the three who made a contact has none.
    assert told(found["pre_contact_lead_median"]) == (2, 2, 0.0, 0.67)


def test_a_job_is_a_case_of_a_body_and_is_complete_when_it_is_done_for_the_last_time() -> None:
    found = rows("""
        housing p1 0 contact case=j1
        housing p1 2 visit case=j1
        housing p1 3 delivery case=j1
        clinic p1 4 contact case=j1
        housing p1 9 visit case=j1
        housing p1 10 delivery case=j1
        clinic p1 11 delivery case=j1
        housing p1 12 visit
    """)
    # The same reference in another body is another job, and the visit without a case is in none.
    assert told(found["visits_per_job"]) == (1, 2, 1.0, 0.88)
    assert told(found["report_to_complete_median"]) == (1, 2, 7.0, 1.0)
    assert found["report_to_complete_p90"]["value"] == 10.0


def test_a_job_that_nobody_reported_has_no_time_from_the_report() -> None:
    found = rows("""
        housing p1 0 visit case=j1
        housing p1 5 delivery case=j1
        housing p1 6 contact case=j2
        housing p1 8 delivery case=j2
    """)
    assert told(found["report_to_complete_median"]) == (1, 1, 2.0, 0.5)


def test_a_job_passes_from_the_body_to_its_contractor_whatever_the_person_does_between() -> None:
    found = rows("""
        housing p1 0 contact case=j1 by=person
        housing p1 1 referral case=j1 by=body
        housing p1 2 contact case=j1 by=person
        housing p1 3 visit case=j1 by=third_party
        housing p1 4 visit case=j1 by=third_party
        housing p1 5 closure case=j1 by=body
        housing p2 0 contact case=j2 by=person
        housing p2 1 visit case=j2
    """)
    assert told(found["job_hand_offs"]) == (1, 1, 2.0, 0.5)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ("contact due=5\n delivery@5", (1, 100.0)),
        ("contact due=5\n delivery@6", (1, 0.0)),
        ("contact due=5\n visit@1\n decision@4\n delivery@9", (1, 100.0)),
        ("contact due=5\n visit@19", (1, 0.0)),
        ("contact due=99\n visit@1", None),
        ("contact due=99\n closure@1", (1, 100.0)),
        ("contact due=-3\n delivery@1", None),
        ("contact\n delivery@6 due=5", (1, 0.0)),
        ("contact due=5\n contact@1 due=2\n delivery@4", (1, 100.0)),
    ],
    ids=[
        "on the day",
        "a day late",
        "decided before it was delivered",
        "never, and the day has passed",
        "not due yet",
        "done before it was due",
        "promised for a day that had passed",
        "stated by what was done",
        "the first promise counts",
    ],
)
def test_what_is_due_is_on_time_if_it_is_settled_by_then(drawn: str, expected: tuple[int, float] | None) -> None:
    lines = []
    for each in drawn.split("\n"):
        kind, *words = each.split()
        event, _, when = kind.partition("@")
        lines.append(f"housing p1 {when or 0} {event} {' '.join(words)}")
    found = rows("\n".join([*lines, "housing p2 0 contact case=x due=1", "housing p2 1 delivery case=x"]))[
        "on_time"
    ]
    count, value = expected or (0, 0.0)
    assert (found["count"], found["value"]) == (1 + count, (value * count + 100.0) / (1 + count))
    assert found["coverage"] == (0.5 if "-" in drawn else 1.0)


def test_the_outcome_is_the_one_stated_last_and_open_is_none() -> None:
    found = rows("""
        housing p1 0 contact outcome=abandoned
        housing p1 1 closure outcome=achieved
        housing p2 0 contact outcome=refused
        housing p3 0 contact outcome=withdrawn
        housing p4 0 contact outcome=open
        housing p5 0 contact
        housing p6 91 contact outcome=achieved
        clinic p7 0 contact
    """)
    # Over: p1 to p5. The clinic never states an outcome, so that p7 says nothing; p6 is still open.
    assert told(found["completion"]) == (5, 5, 40.0, 0.71)
    assert told(found["goal_achieved"]) == (3, 3, 33.3, 0.6)
    assert (found["completion"]["people_with"], found["goal_achieved"]["people_with"]) == (2, 1)
    assert found["completion"]["body_names"] == ["housing"]


def test_digital_take_up_is_of_contacts_whose_channel_is_stated() -> None:
    found = rows("""
        housing p1 0 contact channel=web
        housing p1 1 contact channel=phone
        housing p1 2 contact
        housing p1 3 response channel=web
        housing p1 4 contact out channel=web
    """)
    assert told(found["digital_take_up"]) == (1, 2, 50.0, 0.67)


def test_effort_is_contacts_evidence_given_and_hand_offs() -> None:
    found = rows("""
        housing p1 0 contact in
        housing p1 1 evidence_request out
        housing p1 2 evidence_received in
        clinic p1 3 contact in
        clinic p1 4 evidence_received out
        housing p2 0 contact
    """)
    assert told(found["customer_effort"]) == (1, 1, 4.0, 0.5)


def test_repeat_users_are_people_who_came_by_choice_again() -> None:
    found = rows("""
        housing p1 0 contact by_choice
        housing p1 1 closure
        housing p1 2 contact by_choice
        housing p2 0 contact by_choice
        housing p2 1 contact bound
        housing p3 0 contact by_choice
        housing p3 1 closure bound
        housing p3 40 contact by_choice
        housing p4 0 contact
    """)
    # p2 says both, so that it was no choice; p3 came by choice once.
    assert told(found["repeat_users"]) == (2, 2, 50.0, 0.83)
    assert found["repeat_users"]["people_with"] == 1


def test_a_duplicated_event_is_one_more_event_and_never_a_negative_wait() -> None:
    once, twice = "housing p1 3 delivery out case=j1", "housing p1 3 delivery out case=j1\n"
    first = rows(f"housing p1 0 contact in case=j1 due=4\n{once}")
    second = rows(f"housing p1 0 contact in case=j1 due=4\n{twice}{once}")
    for name in ("time_to_first_response_median", "report_to_complete_median", "on_time", "visits_per_job"):
        assert told(first[name]) == told(second[name])


def test_what_happens_after_the_period_answers_nothing() -> None:
    found = rows("""
        housing p1 91 contact in case=j1 due=92
        housing p1 92 delivery out case=j1
    """)
    assert found["time_to_first_response_median"]["value"] is None
    assert found["report_to_complete_median"]["value"] is None
    assert "on_time" not in found


def test_every_measure_whose_columns_nobody_supplies_is_not_available() -> None:
    found = rows("housing p1 0 contact")
    for family, _ in FAMILIES[TableKind.MEASURES]:
        for each in family.all:
            if each.needs:
                row = found[each.name]
                assert (row["status"], row["people"], row["count"], row["value"]) == ("x", 0, 0, None)


def test_what_lies_within_another_universe_has_its_share_as_coverage() -> None:
    found = rows("""
        housing p1 0 contact in case=j1 by=person need=0 outcome=achieved channel=web by_choice
        housing p1 1 delivery out case=j1 by=body due=3
        housing p2 0 contact case=j2 outcome=open
        housing p2 1 visit
        clinic p3 0 contact in case=j3
        housing p4 0 visit case=j4
        housing p4 5 contact in chase
    """)
    count = {row["universe"]: row["count"] for row in found.values() if row["status"] == ""}
    checked = 0
    for row in found.values():
        whole = relations(TableKind.MEASURES)["within"].get(row["universe"])
        if whole in count and row["status"] == "":
            assert row["coverage"] == pytest.approx(row["count"] / count[whole], abs=0.005)
            checked += 1
    assert checked >= 8
    assert set(relations(TableKind.MEASURES)["alone"]) <= set(count)
