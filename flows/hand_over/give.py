"""What a party hands over: its bundles, each sealed for the party that needs it, and then the log."""

from collections.abc import Iterator, Sequence
from typing import Final

from config.bundles import BundleManifest, EventManifest, SpineManifest, TokenManifest
from config.errors import HandOverError
from config.hand_over import Kind
from config.load import Loaded
from flows.audit.checkpoint import PublicKeys as LogKeys
from flows.audit.held import CHECKPOINT_FILE, LOG_FILE, verify_folder
from flows.audit.passing import Passed, handed_over
from flows.audit.signing import load_signing_key
from flows.audit.travel import hand_on, handed_on, refuse_unless_here
from flows.bundles import MANIFEST, read_manifest
from flows.context import OUTSIDE, anchors, context_of
from flows.hand_over.container import contents_of, seal
from flows.hand_over.header import SUITE, Content, Header, contents_digest
from flows.hand_over.keys import OwnKeys, PublicKeys
from flows.hand_over.own_turn import sign_turn
from flows.hand_over.routes import Due, Parties
from flows.layout import layout
from flows.measured import INDEX, read_tables

MANIFESTS: Final[dict[Kind, type[BundleManifest]]] = {
    Kind.TOKENS: TokenManifest,
    Kind.EVENTS: EventManifest,
    Kind.SPINE: SpineManifest,
}


def hand_over_bundles(parties: Parties, actor: str, zones: Sequence[str]) -> Iterator[str]:
    """Seal every bundle that these zones owe to other parties; one line each.

    Args:
        parties: as the sender sees them.
        actor: who does it.
        zones: of the sender.

    Raises:
        BundleError: a bundle is missing, altered, or of another project or period.
        KeyFileError: a key is missing, or not the one whose fingerprint the project says.
        HandOverError: another party has the log.
    """
    owed = [due for due in parties.dues() if due.sender == parties.me and due.made_in in zones]
    if not owed:
        return
    require_log(parties)
    own = parties.own()
    receivers = {due.receiver: parties.public(due.receiver) for due in owed}
    with context_of(parties.project_file, OUTSIDE, actor) as context:
        for due in owed:
            contents, last = _checked(parties, due), context.log.entries[-1]
            to = receivers[due.receiver]
            header = _header(parties, due, own, to, contents, number=last.seq + 1, head=last.digest())
            container = seal(parties.path(due), header, parties.folder(due), own.signing, to.sealing)
            context.note(handed_over(passed(due, header, container)), due.made_in)
            yield f"handed over to {due.receiver}: {due.words} (number {header.number})"


def hand_on_log(parties: Parties, actor: str, receiver: str) -> str:
    """Sign for the turn and seal the log for the party whose turn is next; gives a line.

    The note that the log is handed on is written before the file: killed in between, the log rests until this is
    done again.

    Raises:
        AuditError: the log does not verify.
        KeyFileError: as `hand_over_bundles`.
        HandOverError: another party has the log already.
    """
    own, to = parties.own(), parties.public(receiver)
    places, due = layout(parties.loaded), parties.log_due(parties.me, receiver)
    before = handed_on(places.log)
    if before is None:
        require_log(parties)
        sign_turn(parties, actor, receiver)
    elif before[0] != receiver:
        raise HandOverError("the log", f"is with {before[0]}, and is sent again to that party only")
    entries = verify_folder(places.log, anchors(parties.loaded, places), log_keys(parties.loaded)).entries
    contents = contents_of(places.log, LOG_FILE, CHECKPOINT_FILE)
    header = _header(parties, due, own, to, contents, number=len(entries), head=entries[-1].digest())
    hand_on(places.log, receiver, len(entries))
    seal(parties.path(due), header, places.log, own.signing, to.sealing)
    return f"handed on to {receiver}: the log ({len(entries):,} entries); {receiver} has the next turn"


def require_log(parties: Parties) -> None:
    """Nothing, where a log is here that can be written.

    Raises:
        HandOverError: it has not come here yet, or was handed on. A log begun anew would be another history.
    """
    log_folder = layout(parties.loaded).log
    refuse_unless_here(log_folder)
    if not (log_folder / LOG_FILE).exists():
        raise HandOverError("the log", f"has not been handed over to {parties.me} yet; wait for it")


def log_keys(loaded: Loaded) -> LogKeys:
    """What the log is verified with, from the halves that sign it."""
    keys, names = layout(loaded).keys, loaded.project.keys
    return LogKeys(
        load_signing_key(keys, names.log).public_key(), load_signing_key(keys, names.witness).public_key()
    )


def _checked(parties: Parties, due: Due) -> tuple[Content, ...]:
    """What a bundle is made of, and nothing else that lies in its folder.

    It is read before it is sealed: what its receiver would refuse is not handed over.
    """
    place = parties.folder(due)
    if due.kind is Kind.TABLES:
        index, _, _ = read_tables(place, parties.project)
        return contents_of(place, INDEX, *(f"{each.name}.parquet" for each in index.tables))
    read_manifest(place, MANIFESTS[due.kind], parties.project)
    return contents_of(place, MANIFEST, due.main)


def _header(
    parties: Parties,
    due: Due,
    own: OwnKeys,
    to: PublicKeys,
    contents: tuple[Content, ...],
    *,
    number: int,
    head: str,
) -> Header:
    return Header(
        format=1,
        suite=SUITE,
        project=parties.project.project.name,
        period=parties.project.project.period,
        kind=due.kind,
        of=due.of,
        sender=parties.me,
        receiver=due.receiver,
        sender_key=own.public.digest,
        receiver_key=to.digest,
        number=number,
        head=head,
        contents=contents,
    )


def passed(due: Due, header: Header, container: str) -> Passed:
    """What the log says of a bundle on both sides."""
    return Passed(
        sender=header.sender,
        receiver=header.receiver,
        bundle_kind=str(header.kind),
        of=header.of,
        number=header.number,
        bundle=next((each.digest for each in header.contents if each.name == due.main), ""),
        contents=contents_digest(header.contents),
        container=container,
    )
