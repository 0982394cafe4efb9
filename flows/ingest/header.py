"""A file's header to the columns that are read: every name is known, none stands twice."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.errors import ExtractError
from flows.ingest.source import Source


@dataclass(frozen=True)
class Expected:
    """What columns a body's files of one kind may have.

    Attributes:
        columns: ours, all there are.
        mandatory: ours that every file needs.
        theirs: ours → their name, where they differ.
        constants: ours that have one value on every row instead of a column.
        ignored: theirs that are left unread.
    """

    columns: Sequence[str]
    mandatory: Sequence[str]
    theirs: Mapping[str, str]
    constants: Mapping[str, str]
    ignored: Sequence[str]


def folded(name: str) -> str:
    """A column name without what the eye misses: compatibility forms, case and spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def matched(source: Source, header: Sequence[str], expected: Expected) -> dict[str, str]:
    """The columns to read, their name → ours.

    Unknown names are given by position only: a file without a header shows its first row here.

    Raises:
        ExtractError: a column is unknown, stands twice, has no name or is missing.
    """
    names = [folded(name) for name in header]
    check_names(source, header)
    known = {folded(expected.theirs.get(ours, ours)): ours for ours in _supplied_by_column(expected)}
    ignored = {folded(name) for name in expected.ignored}
    unknown = [place for place, name in enumerate(names, 1) if name not in known and name not in ignored]
    if unknown:
        raise _unknown(source, header, unknown)
    columns = {
        spelled: known[name] for spelled, name in zip(header, names, strict=True) if name in known.keys() - ignored
    }
    if not columns:
        raise source.refusal("has no column that is read")
    for ours in expected.mandatory:
        if ours not in columns.values() and ours not in expected.constants:
            raise source.refusal("mandatory column is missing", column=ours)
    return columns


def _supplied_by_column(expected: Expected) -> list[str]:
    return [ours for ours in expected.columns if ours not in expected.constants]


def check_names(source: Source, header: Sequence[str]) -> None:
    """Every column has a name that can be shown, and none has another's.

    Raises:
        ExtractError: naming the columns by their places.
    """
    first: dict[str, int] = {}
    names = [folded(name) for name in header]
    for place, (spelled, name) in enumerate(zip(header, names, strict=True), 1):
        if not name:
            raise source.refusal(f"column {place} of the header has no name")
        if not spelled.isprintable():
            raise source.refusal(f"column {place} of the header has a name that cannot be shown")
        if name in first:
            raise source.refusal(f"columns {first[name]} and {place} of the header have the same name")
        first[name] = place


def _unknown(source: Source, header: Sequence[str], places: Sequence[int]) -> ExtractError:
    if len(header) == 1 and any(mark in header[0] for mark in ",;\t|"):
        return source.refusal("the header is one column that holds other delimiters; check the declared delimiter")
    listed = ", ".join(str(place) for place in places[:20]) + (", …" if len(places) > 20 else "")
    return source.refusal(
        f"{len(places)} of {len(header)} columns are neither known, mapped nor ignored, at position {listed}"
    )
