"""One run: opened in the log, its zones in turn, closed in the log; with Prefect or without, the same work."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from config.errors import AuditError, OverdueError, PipelineError, StoppedError
from config.load import load_project
from config.machine_errors import SchedulerError, StorageError
from config.retention import NOT_SAID
from config.sealing import is_stop
from flows.audit.facts import run_closed, run_failed, run_opened
from flows.audit.words import Mode
from flows.context import Context, context_of, new_run, runner
from flows.endings import stoppable, within
from flows.hand_over.turn import refuse_to_begin, together, turn
from flows.hardening.modes import require_private
from flows.lock import alone
from flows.moment import asked_moment
from flows.notify.keys_due import notify_keys
from flows.notify.send import notify
from flows.progress import say, step
from flows.release.places import State

Counts = Mapping[str, int | str]
Stages = Mapping[str, Callable[..., Counts]]
SCHEDULER_ZONE = "run"
STAGE_OF = {"in flight": "journeys"}
"""Stages whose limit is that of another one."""


def run_project(project_file: Path, actor: str, *, direct: bool) -> str:
    """Every zone in turn, ending in a staged release; gives its id.

    Args:
        project_file: of the project.
        actor: who runs it; empty for the default of `flows.context.runner`.
        direct: without Prefect.

    Raises:
        PipelineError: a stage refused; what was there before is untouched and the log says what happened.
    """
    together(load_project(project_file))
    with opened(project_file, actor, Mode.DIRECT if direct else Mode.PREFECT) as (run, who):
        if direct:
            return run_stages(str(project_file), run, who, _direct())
        from flows.scheduler import prepare

        prepare(project_file.resolve().parent)
        from flows.run import run_all

        return _through_prefect(run_all, str(project_file.resolve()), run, who)


def run_in_flight(project_file: Path, actor: str, as_at: str, *, direct: bool) -> str:
    """Open journeys as at a moment, ending in a staged release of their own; gives its id.

    Args:
        project_file: of the project.
        actor: as for `run_project`.
        as_at: the moment, with or without an offset from UTC; empty for now.
        direct: without Prefect.

    Raises:
        PipelineError: as `run_project`; before anything else, where the moment cannot be used or no table of open
            journeys is asked for.
    """
    moment = asked_moment(load_project(project_file), as_at)
    together(load_project(project_file))
    with opened(project_file, actor, Mode.DIRECT if direct else Mode.PREFECT) as (run, who):
        if direct:
            return in_flight_stages(str(project_file), run, who, moment, _direct())
        from flows.scheduler import prepare

        prepare(project_file.resolve().parent)
        from flows.in_flight import in_flight

        return _through_prefect(in_flight, str(project_file.resolve()), run, who, moment)


def _through_prefect(flow: Callable[..., str], *arguments: str) -> str:
    """What a Prefect flow gives.

    Raises:
        PipelineError: as the flow.
        SchedulerError: in place of whatever Prefect's client raises of its own; nothing is chained to it.
    """
    try:
        return flow(*arguments)
    except PipelineError:
        raise
    except Exception as fault:  # noqa: BLE001 - its libraries raise what they like, and log what they are given
        kind = type(fault).__name__
    raise SchedulerError(kind)


def in_flight_stages(project_file: str, run: str, actor: str, as_at: str, stages: Stages) -> str:
    """The stages that end in a staged release of open journeys; gives its id.

    Args:
        project_file: of the project.
        run: id of the run.
        actor: who runs it.
        as_at: the moment.
        stages: "encode changed", "link changed", "in flight" and "publish in flight", each taking the first three
            strings ("encode changed" a body's name too, "in flight" the moment) and giving counts.
    """
    for body in together(load_project(Path(project_file))).bodies:
        _shown(f"encode {body}", stages["encode changed"], project_file, run, actor, body)
    _shown("link", stages["link changed"], project_file, run, actor)
    _shown("in flight", stages["in flight"], project_file, run, actor, as_at)
    found = _shown("publish", stages["publish in flight"], project_file, run, actor)
    _say_staged(found)
    return str(found["release"])


def run_zone(project_file: Path, stage: str, actor: str, *, body: str = "") -> None:
    """One zone alone, with only its own files present, and no scheduler."""
    with turn(project_file, stage, actor, body), opened(project_file, actor, Mode.DIRECT) as (run, who):
        zone_stage(str(project_file), stage, run, who, _direct(), body)


def zone_stage(project_file: str, stage: str, run: str, actor: str, stages: Stages, body: str = "") -> None:
    """The stage of one zone.

    Args:
        project_file: of the project.
        stage: "encode", "link", "journeys", "publish" or "extract".
        run: id of the run.
        actor: who runs it.
        stages: as for `run_stages`.
        body: whose zone, for "encode".
    """
    found = _shown(f"{stage} {body}".strip(), stages[stage], project_file, run, actor, *([body] if body else []))
    _say_staged(found)


def run_stages(project_file: str, run: str, actor: str, stages: Stages) -> str:
    """The stages in their order; gives the id of the staged release.

    Args:
        project_file: of the project.
        run: id of the run.
        actor: who runs it.
        stages: "encode", "link", "journeys" and "publish", each taking these three strings (encode a body's
            name too) and giving counts.
    """
    for body in together(load_project(Path(project_file))).bodies:
        _shown(f"encode {body}", stages["encode"], project_file, run, actor, body)
    for stage in ("link", "journeys"):
        _shown(stage, stages[stage], project_file, run, actor)
    found = _shown("publish", stages["publish"], project_file, run, actor)
    _say_staged(found)
    return str(found["release"])


def _say_staged(found: Counts) -> None:
    if found.get("state") == State.PUBLISHED:
        say(f"  {found['release']} is published already, with the same bytes")
    elif "release" in found:
        say(f"  staged {found['release']}; its check says: {found['check']}")
        say("  an output checker who did not run it looks: desirelines release check ID")
        say("  and approves it, or refuses it: desirelines release approve ID --as NAME")


def _shown(name: str, stage: Callable[..., Counts], project_file: str, run: str, actor: str, *more: str) -> Counts:
    """One stage with its line on the terminal and its limit of time."""
    word = STAGE_OF.get(name, name.partition(" ")[0])

    def last_words(error: OverdueError) -> None:
        with context_of(project_file, run, actor) as context:
            context.note(run_failed(stage=word, error=error), SCHEDULER_ZONE)
        say(f"desirelines: {error}")

    minutes = load_project(Path(project_file)).project.time_outs.of(word)
    try:
        with step(name) as counts, within(word, minutes, last_words):
            found = stage(project_file, run, actor, *more)
            counts.update({what: count for what, count in found.items() if isinstance(count, int)})
    except PipelineError as error:
        error.stage = word
        raise
    return found


def _direct() -> Stages:
    """The zones' own functions."""
    from flows.zones.analysis import measure_journeys
    from flows.zones.body import encode_body
    from flows.zones.extract import extract_journeys
    from flows.zones.in_flight import encode_changed, link_changed, measure_in_flight, stage_in_flight
    from flows.zones.linkage import link_bodies
    from flows.zones.publication import stage_release

    def plain(work: Callable[..., Counts]) -> Callable[..., Counts]:
        def call(project_file: str, run: str, actor: str, *more: str) -> Counts:
            with context_of(project_file, run, actor) as context:
                return work(context, *more)

        return call

    return {
        "encode": plain(encode_body),
        "link": plain(link_bodies),
        "journeys": plain(measure_journeys),
        "publish": plain(stage_release),
        "extract": plain(extract_journeys),
        "encode changed": plain(encode_changed),
        "link changed": plain(link_changed),
        "in flight": plain(measure_in_flight),
        "publish in flight": plain(stage_in_flight),
    }


@contextmanager
def opened(project_file: Path, actor: str, mode: Mode) -> Iterator[tuple[str, str]]:
    """A run under the project's lock, opened and closed (or failed) in the log; gives its id and runner.

    Raises:
        BusyError: another run of the project is under way.
        ExposedError: other users of the machine could get at what is the project's.
        StoppedError: the run was stopped from outside.
    """
    loaded = load_project(project_file)
    require_private(loaded)
    who, run = runner(loaded, actor), new_run()
    refuse_to_begin(loaded)
    with alone(loaded), context_of(project_file, run, who) as context, stoppable():
        context.note(run_opened(runner=who, mode=mode), SCHEDULER_ZONE)
        try:
            say(f"{loaded.project.project.name} {loaded.project.project.period}: {run} by {who}")
            if loaded.project.retention is None:
                say(f"  {NOT_SAID}")
            yield run, who
        except PipelineError as error:
            _note_failed(context, error)
            raise
        except BaseException as fault:
            if is_stop(fault):
                _note_failed(context, StoppedError())
            raise
        context.note(run_closed(), SCHEDULER_ZONE)
        notify(context)
        notify_keys(context, datetime.now(UTC))


def _note_failed(context: Context, error: PipelineError) -> None:
    """Say in the log, and to those who are told, that the run failed.

    Where the disk is full the log cannot say it, and the run stays open.
    """
    try:
        context.note(run_failed(stage=error.stage or SCHEDULER_ZONE, error=error), SCHEDULER_ZONE)
    except AuditError:
        if not isinstance(error, StorageError):
            raise
    else:
        error.noted = True
        notify(context)
