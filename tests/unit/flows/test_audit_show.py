from flows.audit import facts
from flows.audit.chain import verify
from flows.audit.show import render
from flows.audit.words import Mode
from tests.support.audit_story import KEYS, Said, digest, encoding, held, whole_story, written


def shown(story: list[Said]) -> list[str]:
    log, checkpoints = written(story)
    return render(verify(log, held(checkpoints[-1]), KEYS).entries).splitlines()


def test_an_auditor_sees_one_line_per_entry() -> None:
    opening = facts.run_opened(runner="ann", mode=Mode.DIRECT)
    said = facts.validated(body="housing", extract=facts.Extract.PEOPLE, rules_passed=14, rules_failed=1)
    lines = shown([(opening, "ann", "project", "run-1"), (said, "ann", "housing", "run-1")])
    assert lines == [
        "entry  at                    actor  zone     run    action      subject  facts",
        "-" * len(lines[1]),
        "1      2026-03-01T09:30:00Z  ann    project  run-1  run_opened  run-1    mode=direct  runner=ann",
        "2      2026-03-01T09:31:00Z  ann    housing  run-1  validated   housing  "
        "body=housing  extract=people  rules_failed=1  rules_passed=14",
        "",
        "2 entries",
        "run run-1, opened at 2026-03-01T09:30:00Z by ann (entry 1): not closed",
    ]


def test_digests_are_shortened_and_small_counts_are_words() -> None:
    opening = facts.run_opened(runner="ann", mode=Mode.DIRECT)
    lines = shown([(opening, "ann", "project", "run-1"), (encoding("housing")[0], "ann", "housing", "run-1")])
    assert f"file={digest('housing people')[:12]}…" in lines[3]
    assert "quarantined={2 names: <10}" in lines[3]
    assert "rows_in=1000  rows_out=1000" in lines[3]


def test_of_a_map_suppressed_members_are_counted() -> None:
    lines = shown(whole_story(bodies=("housing",)))
    assert "withheld={c02: 40, 1 others: <10}" in lines[5]
    assert "links={housing/prison: 410}" in lines[7]


def test_every_closed_run_is_said_to_be_closed() -> None:
    assert shown(whole_story())[-1] == "17 entries; every run is closed"


def test_an_empty_log_is_a_heading() -> None:
    assert render([]).splitlines()[-1] == "0 entries; every run is closed"
