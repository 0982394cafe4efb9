"""One party's turn: what was handed to it is taken over first, what it made is handed over last."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.errors import HandOverError, SettingsError
from config.hand_over import ANALYSIS, LINKAGE, PUBLICATION
from config.load import Loaded, load_project
from config.settings import Project
from flows.audit.held import LOG_FILE
from flows.context import runner
from flows.layout import layout
from flows.progress import say

ZONE_OF: Final = {"link": LINKAGE, "journeys": ANALYSIS, "extract": ANALYSIS, "publish": PUBLICATION}
"""Stage to its zone; that of `encode` is the body's."""
WAITS: Final = ("publish", "extract")
"""Stages after which the log stays: a release waits for its approval, an extract is beside the way."""


@contextmanager
def turn(project_file: Path, stage: str, actor: str, body: str) -> Iterator[None]:
    """Around one stage of one zone; nothing where one installation runs all zones.

    Where the stage fails, nothing is handed over and the log stays.

    Args:
        project_file: of the project.
        stage: as `flows.pipeline.run_zone` knows it.
        actor: who runs it.
        body: whose zone, for "encode".

    Raises:
        HandOverError: it is not this party's turn, or what it needs was not handed over.
        BundleError: what was handed over is not what it should be.
        AuditError: the log that was handed over does not verify, or is another history.
    """
    loaded = load_project(project_file)
    zone = body or ZONE_OF[stage]
    settings = loaded.project.hand_over
    if settings is None or zone not in {*loaded.project.bodies, *ZONE_OF.values()}:
        yield
        return
    from flows.hand_over.give import hand_on_log, hand_over_bundles
    from flows.hand_over.routes import parties_of
    from flows.hand_over.take import require_bundles, take_over_bundles, take_over_log
    from flows.lock import alone

    me = settings.party_of(zone)
    parties, who = parties_of(loaded, me), runner(loaded, actor)
    with alone(loaded):
        for line in take_over_log(parties, who):
            say(f"  {line}")
        for line in take_over_bundles(parties, who):
            say(f"  {line}")
        require_bundles(parties, who, zone)
    yield
    with alone(loaded):
        if stage != "extract":
            for line in hand_over_bundles(parties, who, [zone]):
                say(f"  {line}")
        if zone == settings.parties[me].zones[-1] and stage not in WAITS:
            say(f"  {hand_on_log(parties, who, settings.after(me))}")
        elif stage in WAITS:
            say("  when this turn is over, hand the log on: desirelines hand-over project.toml")


def take_over(project_file: Path, me: str, actor: str) -> Iterator[str]:
    """Everything that was handed to a party; one line each.

    Raises:
        HandOverError: the log has not come back to this party.
    """
    from flows.hand_over.routes import parties_of
    from flows.hand_over.take import take_over_bundles, take_over_log
    from flows.lock import alone

    loaded = load_project(project_file)
    parties, who = parties_of(loaded, me), runner(loaded, actor)
    with alone(loaded):
        yield from take_over_log(parties, who)
        yield from take_over_bundles(parties, who)


def hand_over(project_file: Path, me: str, to: str, actor: str) -> Iterator[str]:
    """Every bundle that a party owes to others, and then the log to whose turn is next; one line each.

    Raises:
        HandOverError: another party has the log, and `to` does not say that party again.
        SettingsError: there is no such party to hand over to.
    """
    from flows.audit.travel import handed_on
    from flows.hand_over.give import hand_on_log, hand_over_bundles, require_log
    from flows.hand_over.own_turn import begin_turn
    from flows.hand_over.routes import parties_of
    from flows.lock import alone

    loaded = load_project(project_file)
    parties, who = parties_of(loaded, me), runner(loaded, actor)
    receiver = to or parties.settings.after(parties.me)
    if receiver not in parties.settings.parties or receiver == parties.me:
        raise SettingsError(loaded.file, ["--to: expected another party of [hand_over.parties]"])
    with alone(loaded):
        if handed_on(layout(loaded).log) is None:
            require_log(parties)
            begin_turn(parties, who)
            yield from hand_over_bundles(parties, who, parties.settings.parties[parties.me].zones)
        yield hand_on_log(parties, who, receiver)


def together(loaded: Loaded) -> Project:
    """The project, where one installation may run all its zones.

    Raises:
        SettingsError: its zones stand apart.
    """
    if loaded.project.hand_over is not None:
        raise SettingsError(
            loaded.file,
            ["hand_over: the zones of this project stand apart; run one with encode, link, journeys or publish"],
        )
    return loaded.project


def refuse_to_begin(loaded: Loaded) -> None:
    """Nothing, unless zones stand apart and no log is here: it comes from the custodian or the party before.

    Raises:
        HandOverError: a run would begin a log of its own, which is another history.
    """
    settings = loaded.project.hand_over
    if settings is not None and not (layout(loaded).log / LOG_FILE).exists():
        raise HandOverError("the log", "has not been handed over to this party yet; wait for it")
