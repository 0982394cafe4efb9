"""A party's turn in the log: registered with its own key where it begins, signed with it where it ends."""

from collections.abc import Iterator
from pathlib import Path

from config.errors import AuditError, HandOverError, KeyFileError
from config.load import Loaded
from flows.audit.turns import Turns, party_registered, turn_signed
from flows.context import OUTSIDE, Context, context_of
from flows.hand_over.keys import OwnKeys, load_public
from flows.hand_over.routes import PARTIES, Parties


def begin_turn(parties: Parties, actor: str) -> None:
    """Register this party's zones and public key in the log, unless they stand there as they are.

    Raises:
        KeyFileError: its keys are unusable.
        HandOverError: in the log, another party keeps its zones.
        AuditError: the log does not allow it.
    """
    with context_of(parties.project_file, OUTSIDE, actor) as context:
        _register(context, parties, parties.own())


def sign_turn(parties: Parties, actor: str, receiver: str) -> None:
    """Sign for this party's turn, unless the log ends with that; the next entry is the receiver's.

    Raises:
        KeyFileError: its keys are unusable.
        HandOverError: as `begin_turn`.
        AuditError: the log does not allow it.
    """
    own = parties.own()
    with context_of(parties.project_file, OUTSIDE, actor) as context:
        _register(context, parties, own)
        turns = context.log.order.turns
        if turns.next_turn() == receiver:
            return
        facts = turn_signed(
            project=parties.project.project.name, party=parties.me, receiver=receiver, first=turns.first,
            size=context.log.size, root=context.log.root, key=own.signing,
        )  # fmt: skip
        context.note(facts, turns.parties[parties.me].zones[0])


def _register(context: Context, parties: Parties, own: OwnKeys) -> None:
    turns, wanted = context.log.order.turns, parties.settings.parties[parties.me].zones
    zones = tuple(each for each in wanted if turns.keeper(each) in ("", parties.me))
    if not zones:
        raise HandOverError("the log", f"has {turns.keeper(wanted[0])} as who keeps {wanted[0]}")
    project = parties.project.project.name
    facts = party_registered(project=project, party=parties.me, zones=zones, key=own.signing)
    known = turns.parties.get(parties.me)
    if known is None or (known.zones, known.public) != (zones, facts.values["public_key"]):
        context.note(facts, zones[0])


def refuse_strangers(parties: Parties, turns: Turns) -> None:
    """Nothing, where every party of a log is one of the project, with the key that the project file means.

    Raises:
        AuditError: somebody registered in the name of another, or for another's zone.
        KeyFileError: a public half is missing, or not the one whose fingerprint the project says.
    """
    for name in turns.parties:
        problem = stranger(parties.loaded, turns, name, whose=parties.me)
        if problem:
            raise AuditError(problem)


def stranger(loaded: Loaded, turns: Turns, name: str, whose: str = "") -> str:
    """Why a party of the log is not the one that the project file means; empty where it is.

    Args:
        loaded: the project file.
        turns: of the log.
        name: the party, as the log has it.
        whose: a party that is about to register anew, and so may have zones there that it keeps no longer.

    Raises:
        KeyFileError: its public half is missing, or not the one whose fingerprint the project says.
    """
    settings, party = loaded.project.hand_over, turns.parties[name]
    if settings is None or name not in settings.parties:
        return f"the log has turns of '{name}', which is no party of this project"
    if name == whose:
        return ""
    strange = [zone for zone in party.zones if zone not in settings.parties[name].zones]
    if strange:
        return f"in the log '{name}' keeps the zone '{strange[0]}', and by the project file another party does"
    if Parties(loaded, settings, name).public(name).signing.public_bytes_raw().hex() != party.public:
        return f"the key that signs the turns of '{name}' in the log is not the one that the project file means"
    return ""


def compared(loaded: Loaded, turns: Turns) -> Iterator[tuple[str, str, bool]]:
    """Every party of a log held against the project file: its name, what is wrong, and whether it could be held.

    Whoever verifies may lack the folder of public halves; then nothing is wrong, and nothing was shown.
    """
    for name in turns.parties:
        if loaded.project.hand_over is None:
            yield name, "the project file here names no parties", False
            continue
        try:
            problem = stranger(loaded, turns, name)
        except KeyFileError as fault:
            yield name, str(fault), _is_here(loaded.root, name)
        else:
            yield name, problem, True


def _is_here(root: Path, name: str) -> bool:
    try:
        load_public(root / PARTIES, name)
    except KeyFileError:
        return False
    return True
