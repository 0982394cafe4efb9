"""What a party takes over: the log first, then each bundle that the log says was handed to it, each once."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from config.errors import AuditError, BundleError, HandOverError
from config.hand_over import Kind
from config.terms import Action
from flows.audit.chain import verify
from flows.audit.held import CHECKPOINT_FILE, LOG_FILE, OWN, read_held
from flows.audit.passing import WHOSE, Passed, last_passed, log_taken_over, taken_over
from flows.audit.travel import Beside, back_here, compared, handed_on, put_in_place
from flows.context import OUTSIDE, Context, anchors, context_of
from flows.hand_over.container import Sealed, contents_of, opened
from flows.hand_over.give import log_keys, passed, require_log
from flows.hand_over.header import contents_digest
from flows.hand_over.keys import OwnKeys
from flows.hand_over.own_turn import begin_turn, refuse_strangers
from flows.hand_over.routes import Due, Parties
from flows.layout import layout
from flows.stores import folder, replacing_folder, sweep_beside

OWN_BEFORE: Final = "the log as it was here"
MOST_LOG: Final = 1 << 30
"""A log is read whole; at half a kilobyte an entry this is two million of them."""


@contextmanager
def examined(parties: Parties, own: OwnKeys, due: Due) -> Iterator[tuple[Sealed, str]]:
    """A sealed file whose sender signed every byte of it, for this party, and the file's digest; not opened yet.

    Raises:
        BundleError: missing, altered, cut short, too large, or of another project, period, sender or receiver.
        KeyFileError: the sender's public half is missing, or not the one whose fingerprint the project says.
    """
    name = parties.named(due)
    with opened(parties.path(due), name, parties.most_bytes) as sealed:
        said, project = sealed.header, parties.project.project
        if said.project != project.name:
            raise BundleError(name, "belongs to another project")
        if said.sender not in parties.settings.parties:
            raise BundleError(name, "is of a sender that is no party of this project")
        if said.receiver != parties.me:
            raise BundleError(name, f"is not for {parties.me}")
        if said.sender != due.sender:
            raise BundleError(name, f"is of another sender than {due.sender}, in whose folder it lies")
        if (said.kind, said.of) != (due.kind, due.of) or not due.may_hold([each.name for each in said.contents]):
            raise BundleError(name, f"holds something else than the {due.words}")
        if due.kind is not Kind.LOG and said.period != project.period:
            raise BundleError(name, "belongs to another period")
        sender = parties.public(due.sender)
        if said.sender_key != sender.digest:
            raise BundleError(name, f"was signed with another key than that of {due.sender}")
        if said.receiver_key != own.public.digest:
            raise BundleError(name, f"was sealed to another key than that of {parties.me}")
        yield sealed, sealed.verify(sender.signing)


def take_over_log(parties: Parties, actor: str) -> Iterator[str]:
    """Put the longest log that was handed to this party in place of its earlier state; a line, if there is one.

    Raises:
        BundleError: as `examined`.
        AuditError: a log does not verify, or is another history than the one that is here.
        HandOverError: no log is here yet, or it is with another party.
    """
    own = parties.own()
    for sender in parties.settings.parties:
        due = parties.log_due(sender, parties.me)
        if sender != parties.me and os.path.lexists(parties.path(due)):
            yield from _take_log(parties, own, due, actor)
    require_log(parties)
    begin_turn(parties, actor)


def _take_log(parties: Parties, own: OwnKeys, due: Due, actor: str) -> Iterator[str]:
    places, name = layout(parties.loaded), parties.named(due)
    here = read_held(places.log, anchors(parties.loaded, places))
    with examined(parties, own, due) as (sealed, container):
        log, checkpoint = _log_inside(sealed, own, folder(places.log))
        number = sealed.header.number
        beside = compared(log, here.log)
        if beside is Beside.FORKED:
            raise AuditError(
                f"the log of '{due.sender}' and the log here have gone on in two directions: two parties wrote "
                f"after the same entry"
            )
        if beside is Beside.OLDER:
            return
        earlier = {OWN_BEFORE if who == OWN else who: data for who, data in here.checkpoints.items()}
        verified = verify(log, {**earlier, OWN: checkpoint}, log_keys(parties.loaded))
        entries = verified.entries
        refuse_strangers(parties, verified.passed)
        if len(entries) != number or entries[-1].digest() != sealed.header.head:
            raise BundleError(name, "holds another log than its header says")
        gone = handed_on(places.log)
        if gone is not None and number <= gone[1]:
            return
        if beside is Beside.NEWER or here.checkpoints.get(OWN) != checkpoint:
            put_in_place(places.log, log, checkpoint)
        back_here(places.log)
    with context_of(parties.project_file, OUTSIDE, actor) as context:
        facts = log_taken_over(sender=due.sender, receiver=parties.me, number=number, container=container)
        context.note(facts, parties.settings.parties[parties.me].zones[0])
    yield f"taken over from {due.sender}: the log ({number:,} entries)"


def _log_inside(sealed: Sealed, own: OwnKeys, log_folder: Path) -> tuple[bytes, bytes]:
    """A log and its checkpoint, out of a sealed file."""
    if sealed.header.size > MOST_LOG:
        raise BundleError(sealed.name, "holds a larger log than any may be")
    with TemporaryDirectory(prefix=".taken.", suffix=".part", dir=log_folder) as room:
        sealed.unseal(own.opening, Path(room))
        return (Path(room) / LOG_FILE).read_bytes(), (Path(room) / CHECKPOINT_FILE).read_bytes()


def take_over_bundles(parties: Parties, actor: str) -> Iterator[str]:
    """Verify, open and put in place every bundle that the log says was handed to this party; one line each.

    A bundle that was taken over already and still lies in its place is left alone. Killed in between, the same
    bytes are taken over again.

    Raises:
        BundleError: as `examined`, or the file is not the one that was last handed over, such as an earlier one.
        AuditError: it follows another history than the log here.
        HandOverError: the log is not here.
    """
    require_log(parties)
    own = parties.own()
    with context_of(parties.project_file, OUTSIDE, actor) as context:
        for due in parties.dues():
            if due.receiver != parties.me:
                continue
            told = last_passed(context.log.entries, Action.HANDED_OVER, *_whose(due))
            if told is None:
                yield f"not handed over yet by {due.sender}: {due.words}"
            elif _is_in_place(parties, due, context):
                yield f"taken over already from {due.sender}: {due.words} (number {told.number})"
            else:
                _take_bundle(parties, own, due, told, context)
                yield f"taken over from {due.sender}: {due.words} (number {told.number})"


def _take_bundle(parties: Parties, own: OwnKeys, due: Due, told: Passed, context: Context) -> None:
    name, place = parties.named(due), parties.folder(due)
    with examined(parties, own, due) as (sealed, container):
        said = sealed.header
        if said.number < told.number:
            raise BundleError(
                name, f"is an earlier one (number {said.number}) than was last handed over (number {told.number})"
            )
        if said.number > told.number or said.head != context.log.entries[said.number - 1].previous:
            raise AuditError(
                f"'{name}' was handed over after another history than the log here: two parties wrote after the "
                f"same entry"
            )
        if container != told.container or passed(due, said, container) != told:
            raise BundleError(name, "is not the file that the log says was handed over")
        sweep_beside(place)
        with replacing_folder(place) as part:
            sealed.unseal(own.opening, part)
    if last_passed(context.log.entries, Action.TAKEN_OVER, *_whose(due)) != told:
        context.note(taken_over(told), due.needed_in)


def require_bundles(parties: Parties, actor: str, zone: str) -> None:
    """Nothing, where every bundle that a zone needs from others lies there as it was last handed over.

    Raises:
        HandOverError: one was not handed over yet, or what lies in its place was not taken over.
    """
    with context_of(parties.project_file, OUTSIDE, actor) as context:
        for due in parties.dues():
            if due.needed_in == zone and not _is_in_place(parties, due, context):
                told = last_passed(context.log.entries, Action.HANDED_OVER, *_whose(due))
                problem = "has not been handed over by" if told is None else "is not here as it was handed over by"
                raise HandOverError(f"bundle '{due.words}'", f"{problem} {due.sender}")


def _is_in_place(parties: Parties, due: Due, context: Context) -> bool:
    """Whether what was last handed over was taken over, and its files lie in their place unchanged."""
    entries, place = context.log.entries, parties.folder(due)
    told, taken = (last_passed(entries, each, *_whose(due)) for each in (Action.HANDED_OVER, Action.TAKEN_OVER))
    if told is None or told != taken or not place.is_dir():
        return False
    try:
        return contents_digest(contents_of(place)) == told.contents
    except (ValueError, OSError):  # a file of a name that no bundle has, or no file
        return False


def _whose(due: Due) -> Sequence[str]:
    said = {"sender": due.sender, "receiver": due.receiver, "bundle_kind": str(due.kind), "of": due.of}
    return [said[name] for name in WHOSE]
