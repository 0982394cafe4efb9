"""What a scheduler still believes of runs that are over, or were due while nothing ran: put right."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from config.errors import BusyError
from config.load import Loaded
from flows.context import Context
from flows.lock import alone
from flows.notify.send import notify_late
from flows.progress import say

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, StateType

DIED: Final = "The process of this run ended without a word: the project's lock was free."
LEFT_OUT: Final = "Left out: it was due before another run started, which does its work."
BEGINNING: Final = timedelta(minutes=5)
MOST: Final = 200
"""Runs that the server gives at a time."""


def mark_dead(loaded: Loaded, project_file: str, deployments: Collection[str]) -> int:
    """Mark as crashed what the server holds for running though nothing runs here; before serving.

    The server alone cannot know: a machine that went down, or a process that was killed, says nothing. The
    project's lock knows, since the kernel gives it back.

    Args:
        loaded: the project.
        project_file: its path, as the runs were given it.
        deployments: names of those that are about to be served from here.

    Returns:
        Runs marked; none where another run holds the lock.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
    from prefect.client.schemas.objects import StateType

    try:
        with alone(loaded), get_client(sync_client=True) as client:
            named = DeploymentFilter(name=DeploymentFilterName(any_=list(deployments)))
            found = [each.id for each in client.read_deployments(deployment_filter=named)]
            unended = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
            runs = [
                each
                for each in _runs(client, found, unended)
                if each.parameters.get("project_file") == project_file
            ]
            return _crash(client, runs)
    except BusyError:
        return 0


def catch_up(context: Context) -> None:
    """At the start of a scheduled run: end what died before it, and leave out what it makes up for.

    However many runs were due while the server, the machine or `serve` was down, one makes up for all of them:
    each would do the same work on the same extracts.

    Args:
        context: of the run, which holds the project's lock.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.objects import StateType
    from prefect.runtime import deployment, flow_run
    from prefect.states import Cancelled

    if not deployment.id:
        return
    now = datetime.now(UTC)
    own, of = UUID(str(flow_run.id)), [UUID(str(deployment.id))]
    with get_client(sync_client=True) as client:
        begun = _runs(client, of, [StateType.RUNNING, StateType.CANCELLING])
        # One that began just now is alive, and about to be refused by the lock.
        dead = [each for each in begun if each.id != own and each.start_time and now - each.start_time > BEGINNING]
        crashed = _crash(client, dead)
        due = [each for each in _runs(client, of, [StateType.SCHEDULED], due=now) if each.id != own]
        for each in due:
            client.set_flow_run_state(each.id, Cancelled(message=LEFT_OUT))
    if crashed:
        say(f"  {crashed} earlier runs had died; the server now says so")
    if due:
        say(f"  {len(due)} other runs were due too; this one does their work")
    late = now - datetime.fromisoformat(str(flow_run.scheduled_start_time)).astimezone(UTC)
    notify_late(context, int(late.total_seconds() // 60), len(due))


def _runs(
    client: "SyncPrefectClient",
    deployments: Sequence[UUID],
    states: Sequence["StateType"],
    due: datetime | None = None,
) -> "Sequence[FlowRun]":
    from prefect.client.schemas import filters

    if not deployments:
        return []
    return client.read_flow_runs(
        flow_run_filter=filters.FlowRunFilter(
            deployment_id=filters.FlowRunFilterDeploymentId(any_=list(deployments)),
            state=filters.FlowRunFilterState(type=filters.FlowRunFilterStateType(any_=list(states))),
            expected_start_time=filters.FlowRunFilterExpectedStartTime(before_=due) if due else None,
        ),
        limit=MOST,
    )


def _crash(client: "SyncPrefectClient", runs: "Sequence[FlowRun]") -> int:
    """Mark these, and the flows inside them, as crashed; gives how many of these."""
    from prefect.client.schemas import filters
    from prefect.states import Crashed

    for each in runs:
        inside = client.read_flow_runs(
            flow_run_filter=filters.FlowRunFilter(
                parent_flow_run_id=filters.FlowRunFilterParentFlowRunId(any_=[each.id])
            )
        )
        for run in (*(one for one in inside if one.state is None or not one.state.is_final()), each):
            client.set_flow_run_state(run.id, Crashed(message=DIED), force=True)
    return len(runs)
