"""Erase clients of a body on request, lift an erasure, or erase all that a body has here because it leaves.

The body's list is written first: from then on no extract lets its clients in again. Then they leave the body's own
files, then the log tells of it. Each command completes first what a killed one began.
"""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from anonymise.keys import Secret, key_id
from config.errors import ErasureError, PipelineError
from config.sealing import sealed
from flows.audit.keeping_facts import erasure_lifted
from flows.audit.release_facts import erased
from flows.audit.words import Mode
from flows.bundles import parquet
from flows.context import Context, context_of
from flows.erasure.known import known_here
from flows.erasure.listed import (
    RECORD_KEY,
    ChangeOfList,
    ErasureList,
    current_list,
    marks_in,
    told_digest,
    told_digests,
    write_list,
)
from flows.erasure.marks import NOBODY, Marks, marks_of
from flows.erasure.scrub import MAP, QUARANTINE, Scrubbed, scrub
from flows.ingest import take_in
from flows.keyring import ensure_secret, load_secret
from flows.pipeline import opened
from flows.stores import sweep, sync

KEPT_OF_A_BODY: Final = (MAP, f"{RECORD_KEY}.key", QUARANTINE, "docs")
"""What desirelines has made in a body's folder, less its list and its anchor of the log."""
NEXT: Final = "next: desirelines run (or encode, link, journeys and publish, each in its zone)"


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        body: whose clients.
        refs: their references.
        lift: true: let them in again.
        unknown_too: true: references that nobody here has are put on the list as well.
        anew: true: the list that the log tells of is lost, and these are all who were ever erased.
    """

    body: str
    refs: tuple[str, ...]
    lift: bool = False
    unknown_too: bool = False
    anew: bool = False


def erase_clients(project_file: Path, request: Request, actor: str) -> list[str]:
    """Erase clients, or lift their erasure; gives lines to show, with counts and no reference.

    Raises:
        ErasureError: a reference is unknown (nothing is erased then), or the body or its list is not here.
        BusyError: a run of the project is under way.
    """
    with opened(project_file, actor, Mode.DIRECT) as (run, who), context_of(project_file, run, who) as context:
        return _lift(context, request) if request.lift else _erase(context, request)


def erase_body(project_file: Path, body: str, actor: str, *, lift: bool = False) -> list[str]:
    """Erase all that desirelines has of a body: map, rows set aside, record key, bundles.

    Args:
        project_file: of the project.
        body: that leaves.
        actor: who does it.
        lift: true: the body comes back, as one that was never here.

    Raises:
        ErasureError: the body is not here, or is to come back and never left.
        BusyError: a run of the project is under way.
    """
    with opened(project_file, actor, Mode.DIRECT) as (run, who), context_of(project_file, run, who) as context:
        return _readmit(context, body) if lift else _erase_body(context, body)


@sealed("erase")
def _erase(context: Context, request: Request) -> list[str]:
    body = request.body
    secret, marks = _ready(context, body, anew=request.anew)
    refs = pl.Series("ref", request.refs, dtype=pl.String)
    known = known_here(context, body, refs, secret, marks)
    unknown = refs.len() - int(known.sum())
    if unknown and not request.unknown_too:
        raise ErasureError(
            body,
            "some references are of no client known here, so nothing is erased; mend them, or add --unknown-too "
            "to keep them out as well",
            {"known": refs.len() - unknown, "unknown": unknown},
        )
    new = frozenset(marks_of(refs, secret, context.project.project.name)) - marks.known
    if new:
        marks = Marks(marks.known | new, secret, context.project.project.name)
        listed = _changed(context, body, secret, marks.known, "erased", len(new))
        aside = _complete(context, listed, secret)
    else:
        # Again: what was put back since, from a copy say, goes again.
        aside = scrub(context.places.body(body), context.project.bodies[body], marks)
    lines = [
        f"{body}: {len(new):,} erased now, {refs.len() - len(new):,} were erased before; "
        f"{refs.len() - unknown:,} references were known here, {unknown:,} not"
    ]
    if aside.nameless:
        lines.append(f"{aside.nameless:,} rows set aside name no client: look in {QUARANTINE}/ whose they are")
    return [*lines, *_told_of_sources(context, body, marks), f"{NEXT}; until then bundles and spine hold them"]


@sealed("erase")
def _lift(context: Context, request: Request) -> list[str]:
    body = request.body
    secret, marks = _ready(context, body, anew=False)
    asked = frozenset(
        marks_of(pl.Series("ref", request.refs, dtype=pl.String), secret, context.project.project.name)
    )
    absent = len(asked - marks.known)
    if absent:
        raise ErasureError(
            body,
            "some references are of nobody who was erased, so nothing is lifted",
            {"erased": len(asked) - absent, "not erased": absent},
        )
    listed = _changed(context, body, secret, marks.known - asked, "lifted", len(asked))
    _complete(context, listed, secret)
    return [f"{body}: {len(asked):,} erasures lifted; {NEXT} takes in again what the extracts hold of them"]


@sealed("erase")
def _erase_body(context: Context, body: str) -> list[str]:
    zone = _zone(context, body)
    listed, broken_off = current_list(context, body)
    if listed is None or not listed.whole:
        if listed is not None and broken_off:
            _complete(context, listed, None)
        path = zone / MAP
        clients = parquet(path, MAP).height if path.is_file() else 0
        listed = _changed(context, body, None, (), "erased", clients)
    _complete(context, listed, None)
    return [
        f"{body}: its map, rows set aside, record key and bundles are deleted",
        f"its extracts are its own: delete them in {zone.name}/ yourself, and its copy of the linkage key",
        f"next: take [bodies.{body}] out of the project file, then desirelines run; till then other zones hold it",
    ]


@sealed("erase")
def _readmit(context: Context, body: str) -> list[str]:
    _zone(context, body)
    listed, broken_off = current_list(context, body)
    if listed is not None and broken_off:
        _complete(context, listed, None)
    if listed is None or not listed.whole:
        raise ErasureError(body, "its clients are not erased as a whole, so nothing is lifted")
    _complete(context, _changed(context, body, None, (), "lifted", listed.clients), None)
    return [f"{body}: may be encoded again, under a new record key; {NEXT}"]


def _zone(context: Context, body: str) -> Path:
    if body not in context.project.bodies:
        raise ErasureError("--body", f"expected one of {', '.join(context.project.bodies)}")
    zone = context.places.body(body)
    if zone.is_symlink() or not zone.is_dir():
        raise ErasureError(body, "has no folder here; erase where the body's own files are")
    sweep(zone)
    return zone


def _ready(context: Context, body: str, *, anew: bool) -> tuple[Secret, Marks]:
    """The body's record key and whom it keeps out, with what a killed command began completed."""
    zone = _zone(context, body)
    listed, broken_off = (None, False) if anew else current_list(context, body)
    if listed is None:
        return ensure_secret(zone / f"{RECORD_KEY}.key", RECORD_KEY), NOBODY
    if listed.whole:
        raise ErasureError(body, "all its clients are erased; give --all again if that was broken off")
    if not listed.marks:
        if broken_off:
            _complete(context, listed, None)
        return ensure_secret(zone / f"{RECORD_KEY}.key", RECORD_KEY), NOBODY
    secret = load_secret(zone / f"{RECORD_KEY}.key", RECORD_KEY)
    if broken_off:
        _complete(context, listed, secret)
    return secret, marks_in(listed, secret)


def _changed(
    context: Context,
    body: str,
    secret: Secret | None,
    marks: Collection[str],
    change: ChangeOfList,
    clients: int,
) -> ErasureList:
    """Write the list as it is from now on; without a key, that of a body that has left or comes back."""
    listed = ErasureList(
        project=context.project.project.name,
        body=body,
        key_id=key_id(secret) if secret else "",
        marks=tuple(sorted(marks)),
        whole=secret is None and change == "erased",
        number=len(told_digests(context, body)) + 1,
        change=change,
        clients=clients,
        before=told_digest(context, body),
    )
    write_list(context.places.body(body), listed)
    return listed


def _complete(context: Context, listed: ErasureList, secret: Secret | None) -> Scrubbed:
    """Do what a list says, and have the log tell of it where it has not yet."""
    body, zone = listed.body, context.places.body(listed.body)
    found = Scrubbed(0, 0)
    if listed.whole:
        _delete_body(context, body)
    elif secret is not None:
        found = scrub(zone, context.project.bodies[body], marks_in(listed, secret))
    if told_digest(context, body) != listed.digest:
        fact = erased if listed.change == "erased" else erasure_lifted
        context.note(
            fact(body=body, records=listed.clients, marks=listed.digest, least_people=context.least_people), body
        )
    return found


def _delete_body(context: Context, body: str) -> None:
    zone = context.places.body(body)
    for path in (
        *(zone / name for name in KEPT_OF_A_BODY),
        *(context.places.bundle(kind, body) for kind in ("tokens", "events")),
    ):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync(path.parent)


def _told_of_sources(context: Context, body: str, marks: Marks) -> list[str]:
    """Where the body's extracts still hold erased clients: these files are the body's own, and never touched."""
    try:
        taken = take_in(context.loaded, context.places, body, erased=marks)
    except PipelineError as fault:
        kind = type(fault).__name__
        return [
            f"the extracts cannot be read now ({kind}), so look yourself whether they still hold erased clients"
        ]
    held = [f"{each.file} ({each.erased:,} rows)" for each in taken.receipts if each.erased]
    if not held:
        return ["the extracts that lie here hold none of them"]
    return [
        f"the extracts still hold them: {', '.join(held)}",
        "every run leaves these rows out, but the files are the body's own: erase them at their source too",
    ]
