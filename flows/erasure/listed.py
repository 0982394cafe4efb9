"""A body's list of erased clients, `erasure.json` in its folder, and whether it is the one the log tells of."""

import hashlib
from pathlib import Path
from typing import Annotated, Final, Literal

import rfc8785
from pydantic import Field, ValidationError

from anonymise.keys import Secret, key_id
from config.errors import ErasureError
from config.frozen import Frozen
from config.terms import Action
from flows.bundles import is_sealed, seal_of
from flows.context import Context
from flows.erasure.marks import NOBODY, Marks
from flows.keyring import load_secret
from flows.stores import write_bytes

FILE: Final = "erasure.json"
MODE: Final = 0o600
RECORD_KEY: Final = "record"
"""Name of a body's own key, and of its file."""

Mark = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
ChangeOfList = Literal["erased", "lifted"]


class ErasureList(Frozen):
    """Whom a body keeps out, and by which change the list came to be what it is."""

    format: Literal[1] = 1
    project: str
    body: str
    key_id: str
    """Public id of the record key that the marks are made with; empty where there is none."""
    marks: tuple[Mark, ...]
    whole: bool
    """True: the body has left, and all its clients are erased."""
    number: Annotated[int, Field(ge=1)]
    """How many changes there were, this one with them; so no list is ever like an earlier one."""
    change: ChangeOfList
    clients: Annotated[int, Field(ge=0)]
    """How many clients the last change was about."""
    before: str
    """`digest` of the list before that change; empty where there was none."""
    seal: str = ""

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of whom it keeps out; the log has it."""
        said = self.model_dump(mode="json", include={"project", "body", "key_id", "marks", "whole", "number"})
        return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


def write_list(zone: Path, listed: ErasureList) -> None:
    """Put a list in the place of the one before, whole or not at all."""
    sealed = listed.model_copy(update={"seal": seal_of(listed)})
    write_bytes(zone / FILE, rfc8785.dumps(sealed.model_dump(mode="json")), mode=MODE)


def read_list(zone: Path, project: str, body: str) -> ErasureList | None:
    """The list of a body, if it has one.

    Raises:
        ErasureError: it cannot be read, is malformed or altered, or is another body's or project's.
    """
    path = zone / FILE
    if path.is_symlink():
        raise ErasureError(body, f"its list of erased clients, {FILE}, is a link")
    try:
        listed = ErasureList.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        raise ErasureError(body, f"its list of erased clients, {FILE}, cannot be read; put it back") from None
    if not is_sealed(listed, listed.seal) or (listed.project, listed.body) != (project, body):
        raise ErasureError(
            body, f"its list of erased clients, {FILE}, was altered or is another body's; put it back"
        )
    return listed


def told_digests(context: Context, body: str) -> list[str]:
    """The digest of each list of the body that the log tells of, the last one last."""
    return [
        str(entry.facts.values["marks"])
        for entry in context.log.entries
        if entry.action in (Action.ERASED, Action.ERASURE_LIFTED) and entry.facts.values["body"] == body
    ]


def told_digest(context: Context, body: str) -> str:
    """The digest of the list as the log last told of it; empty where it never did."""
    return ["", *told_digests(context, body)][-1]


def current_list(context: Context, body: str) -> tuple[ErasureList | None, bool]:
    """The list of a body, and whether its last change was broken off before the log told of it.

    Raises:
        ErasureError: it is gone, or is not the one that the log tells of: an older one would let clients back in.
    """
    listed, told = (
        read_list(context.places.body(body), context.project.project.name, body),
        told_digest(context, body),
    )
    if listed is None:
        if told:
            raise ErasureError(
                body, f"the log tells of erased clients, and their list, {FILE}, is gone; put the last one back"
            )
        return None, False
    if listed.digest == told:
        return listed, False
    if listed.before == told:
        return listed, True
    raise ErasureError(body, f"its list of erased clients, {FILE}, is not the last one that the log tells of")


def erased_clients(context: Context, body: str) -> Marks:
    """Whom a body's extracts are to be read without.

    Raises:
        ErasureError: the list is not whole, an erasure was broken off, or the body has left.
        KeyFileError: the record key is missing or unusable, where there is a list.
    """
    listed, broken_off = current_list(context, body)
    if listed is None:
        return NOBODY
    if broken_off:
        raise ErasureError(body, "an erasure was broken off; give the same command again, and it completes")
    if listed.whole:
        raise ErasureError(body, f"all its clients are erased; take [bodies.{body}] out of the project file")
    if not listed.marks:
        return NOBODY
    return marks_in(listed, load_secret(context.places.body(body) / f"{RECORD_KEY}.key", RECORD_KEY))


def marks_in(listed: ErasureList, secret: Secret) -> Marks:
    """The list as it is held against extracts.

    Raises:
        ErasureError: it was made under another record key, so it would recognise nobody.
    """
    if listed.marks and listed.key_id != key_id(secret):
        raise ErasureError(
            listed.body,
            f"its list of erased clients, {FILE}, was made under another {RECORD_KEY}.key; put that back",
        )
    return Marks(frozenset(listed.marks), secret, listed.project)
