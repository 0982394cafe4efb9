"""What `desirelines profile` says: a table of columns, then the proposal."""

from collections.abc import Sequence
from pathlib import Path

from config.errors import SettingsError
from config.load import load_project
from config.sealing import sealed
from config.sources import is_table
from config.terms import ExtractKind
from flows.ingest.files import split
from flows.layout import layout
from flows.profile.codes import place_for, write_codes
from flows.profile.describe import Described, described, rows_told
from flows.profile.gather import Profile, gathered_profile
from flows.profile.propose import kind_of, proposed

HEADINGS = ("column", "seems", "missing", "different", "characters")


@sealed("profile")
def show_profile(
    file: str,
    *,
    project: Path,
    body: str,
    kind: ExtractKind | None,
    header_line: int,
    codes: Path | None,
    names: bool,
) -> str:
    """Describe an extract without a value of it, and propose a mapping.

    Args:
        file: a path, or a table of the body's database.
        project: the project file, for a table.
        body: whose it is; needed for a table.
        kind: what it holds; None to guess.
        header_line: the line of the column names.
        codes: where to write the codes of coded columns.
        names: show all column names; the first line must surely be a header.

    Raises:
        SettingsError: a table without its body, or a place for codes that is none.
        ExtractError: the extract cannot be read.
        DatabaseError: nor can the table.
    """
    loaded = load_project(project) if is_table(file) else None
    if loaded is not None and (body not in loaded.project.bodies or loaded.project.bodies[body].database is None):
        raise SettingsError(loaded.file, ["--body: expected a body with a section 'database'"])
    folder = layout(loaded).body(body) if loaded is not None else Path(split(file)[0]).parent
    place = None if codes is None else place_for(codes, folder)
    found = gathered_profile(file, None, header_line, loaded=loaded, body=body, words=codes is not None)
    told = [described(each.tally, each.sort, cells=found.source == "sheet") for each in found.columns]
    proposal = proposed(found, told, kind or kind_of(found), body or "NAME", names=names)
    lines = [*_head(found, proposal.kind), "", *_table(found, told, names=names), ""]
    if not any(each.ours for each in found.columns):
        lines += ["No column has a usual name. Is the first line a header? See header_line.", ""]
    if place is not None:
        count = write_codes(place, found, told, proposal.columns)
        lines += [f"Codes of {count} columns are in {place.name}, readable by you alone.", ""]
    return "\n".join([*lines, proposal.toml])


def _head(found: Profile, kind: ExtractKind) -> list[str]:
    written = (
        f", {found.form.encoding}, delimiter {_DELIMITERS[found.form.delimiter]}" if found.source == "csv" else ""
    )
    return [
        f"{_SOURCES[found.source]}{written}; {rows_told(found.rows)} rows, {len(found.columns)} columns.",
        f"It seems to hold {kind}. No value of it is shown; counts are rounded, small ones withheld.",
    ]


def _table(found: Profile, told: Sequence[Described], *, names: bool) -> list[str]:
    rows = [HEADINGS]
    for place, (column, each) in enumerate(zip(found.columns, told, strict=True), 1):
        shown = column.name if column.ours or names else "(not a usual name)"
        seems = ", ".join([each.kind, *(form for form in each.formats), *each.more])
        rows.append((f"{place} {shown}", seems, each.missing, each.distinct, each.longest))
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


_SOURCES = {"csv": "CSV", "parquet": "Parquet", "sheet": "A workbook's sheet", "table": "A table or view"}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
