import pytest

from config.errors import AuditError, StageError
from flows.audit import facts, release_facts
from flows.audit.entry import OUTSIDE_ANY_RUN
from flows.audit.facts import Facts
from flows.audit.order import Ended, Order, replayed
from flows.audit.words import Mode, Verdict
from tests.support.audit_story import (
    RELEASE,
    Said,
    approved,
    digest,
    encoding,
    refused,
    release_work,
    whole_story,
    withdrawn,
    written,
)

MANIFEST = digest("manifest")
OTHER = digest("another manifest")


def opens(run: str = "run-1", runner: str = "ann") -> Said:
    return facts.run_opened(runner=runner, mode=Mode.DIRECT), runner, "project", run


def closes(run: str = "run-1") -> Said:
    return facts.run_closed(), "ann", "project", run


def fails(run: str = "run-1") -> Said:
    return facts.run_failed(stage="link", error=StageError("link", "X", "y")), "ann", "project", run


def works(*said: Facts, run: str = "run-1") -> list[Said]:
    return [(each, "ann", "project", run) for each in said]


def stages(manifest: str = MANIFEST, run: str = "run-1", runner: str = "ann") -> list[Said]:
    return [opens(run, runner), *works(*release_work(manifest), run=run), closes(run)]


def approves(approver: str = "bo", manifest: str = MANIFEST, release: str = RELEASE) -> Said:
    return approved(release, manifest, approver), approver, "publication", OUTSIDE_ANY_RUN


def refuses() -> Said:
    return refused(RELEASE, MANIFEST, "bo"), "bo", "publication", OUTSIDE_ANY_RUN


def publishes(manifest: str = MANIFEST) -> Said:
    return release_facts.published(release=RELEASE, manifest=manifest), "bo", "publication", OUTSIDE_ANY_RUN


def withdraws(manifest: str = MANIFEST) -> Said:
    return withdrawn(RELEASE, manifest), "bo", "publication", OUTSIDE_ANY_RUN


def after(story: list[Said]) -> Order:
    _, checkpoints = written(story)
    return replayed(each.entry for each in checkpoints if each.entry is not None)


PROTECT, ATTACK, STAGE = release_work(MANIFEST)
BEATEN = release_work(MANIFEST, verdict=Verdict.FAILED)[1]
CLOSE_CALL = release_facts.attacked(
    tables=digest("tables"), cells=9, recovered=0, inside_protection=1, certainly_below=0, verdict=Verdict.PASSED
)

REFUSED = {
    "work before the run is opened": works(encoding("housing")[0]),
    "work after the run is closed": [opens(), closes(), *works(PROTECT)],
    "work after the run has failed": [opens(), fails(), *works(PROTECT)],
    "work in another run": [opens(), *works(PROTECT, run="run-2")],
    "closing what was not opened": [closes()],
    "closing twice": [opens(), closes(), closes()],
    "failing after closing": [opens(), closes(), fails()],
    "opening a closed run again": [opens(), closes(), opens()],
    "opening another's run": [opens(), opens(runner="bo")],
    "staging what was not attacked": [opens(), *works(PROTECT, STAGE)],
    "staging after a failed attack": [opens(), *works(PROTECT, ATTACK, BEATEN, STAGE)],
    "staging after an attack that came close": [opens(), *works(PROTECT, CLOSE_CALL, STAGE)],
    "staging on another run's attack": [opens(), *works(ATTACK), opens("run-2"), *works(STAGE, run="run-2")],
    "approving what was not staged": [approves()],
    "approving another release": [*stages(), approves(release="ffff")],
    "approving while the run is open": [*stages()[:-1], approves()],
    "approving after the run failed": [*stages()[:-1], fails(), approves()],
    "approving one's own run": [*stages(), approves("ann")],
    "approving what one ran as the second": [*stages(), *stages(run="run-2", runner="bo"), approves()],
    "approving what one ran as the first": [*stages(), *stages(run="run-2", runner="bo"), approves("ann")],
    "approving another manifest": [*stages(), approves(manifest=OTHER)],
    "refusing what was not staged": [refuses()],
    "publishing what was not approved": [*stages(), publishes()],
    "publishing another manifest": [*stages(), approves(), publishes(OTHER)],
    "publishing after a refusal": [*stages(), approves(), refuses(), publishes()],
    "publishing after other bytes were staged": [*stages(), approves(), *stages(OTHER, "run-2"), publishes()],
    "publishing after a withdrawal": [*stages(), approves(), publishes(), withdraws(), publishes()],
    "withdrawing what was not published": [*stages(), approves(), withdraws()],
    "withdrawing another manifest": [*stages(), approves(), publishes(), withdraws(OTHER)],
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_entry_may_not_stand_there(case: str) -> None:
    story = REFUSED[case]
    after(story[:-1])
    with pytest.raises(AuditError, match=f"'{story[-1][0].action}' may not stand here") as caught:
        after(story)
    assert f"(entry {len(story)})" in str(caught.value)


ALLOWED = {
    "the whole story": whole_story(),
    "a killed run taken up": [opens(), *works(PROTECT), opens(), *works(PROTECT), closes()],
    "a failed run taken up": [opens(), fails(), opens(), closes()],
    "two runs at once": [opens(), opens("run-2"), *works(PROTECT), *works(PROTECT, run="run-2"), closes()],
    "a beaten attack attacked again": [opens(), *works(PROTECT, BEATEN, ATTACK, STAGE), closes(), approves()],
    "the same bytes staged again": [*stages(), approves(), *stages(run="run-2"), publishes()],
    "the same bytes staged by a failed run": [*stages(), *stages(run="run-2")[:-1], fails("run-2"), approves()],
    "the same bytes staged by two": [*stages(), *stages(run="run-2", runner="bo"), approves("cy"), publishes()],
    "published again after a kill": [*stages(), approves(), publishes(), publishes()],
    "approved again after a refusal": [*stages(), refuses(), approves(), publishes()],
    "withdrawn": [*stages(), approves(), publishes(), withdraws()],
    "keys outside any run": [
        (release_facts.key_made(key="linkage", key_id="k-1"), "ann", "keys", OUTSIDE_ANY_RUN)
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", ALLOWED)
def test_an_entry_may_stand_there(case: str) -> None:
    after(ALLOWED[case])


def test_a_refused_entry_changes_nothing() -> None:
    order = after(stages())
    _, checkpoints = written([*stages(), approves(), publishes()])
    with pytest.raises(AuditError):
        order.admit(checkpoints[-1].entry)  # type: ignore[arg-type] # every checkpoint of a story holds its entry
    for each in checkpoints[-2:]:
        order.admit(each.entry)  # type: ignore[arg-type]


def test_how_runs_ended_is_known() -> None:
    order = after([opens(), closes(), opens("run-2"), fails("run-2"), opens("run-3", "bo")])
    assert [(run.run, run.opened, run.runner, run.ended) for run in order.runs.values()] == [
        ("run-1", 1, "ann", Ended.CLOSED),
        ("run-2", 3, "ann", Ended.FAILED),
        ("run-3", 5, "bo", Ended.NOT),
    ]


def test_who_ran_what_was_staged_is_known() -> None:
    order = after(stages())
    assert (order.runner_of(RELEASE), order.runner_of("ffff")) == ("ann", "")
