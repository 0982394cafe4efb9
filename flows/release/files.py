"""The files of a release, byte for byte the same for the same contents."""

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO

import polars as pl

from anonymise.derived import Public, PublicTable, derived
from config.errors import ContractError
from config.terms import TableKind
from flows.release.contents import Contents, Protected
from flows.release.facts import facts
from flows.release.manifest import MANIFEST, ReleasedFile, ReleaseManifest, identified, manifest_bytes
from flows.release.metadata import METADATA, metadata_bytes
from flows.release.methods import methods_note
from flows.release.tidy import tidy
from flows.release.workbook import WORKBOOK, workbook_bytes

REPORT = "report.html"
METHODS = "methods.md"


def release_files(contents: Contents) -> tuple[ReleaseManifest, dict[str, bytes]]:
    """Every file of a release by name, the manifest among them.

    Nothing in them depends on the clock, the machine, the user or the order of rows.

    Raises:
        ContractError: two tables have one name, or a table may not be released as it is.
        DisclosureError: the attack did not fail.
    """
    from flows.report import render_page
    from flows.report.labels import head

    names = [table.name for table in contents.tables]
    if len(set(names)) < len(names):
        raise ContractError("release", {"table names repeat": len(names) - len(set(names))})
    least = contents.project.disclosure.least_shown
    rows = {table.name: tidy(table, least_people=least) for table in contents.tables}
    beside = derived_tables(contents, rows)
    clashes = set(beside) & set(rows)
    if clashes:
        raise ContractError("release", {"tables named as a derived table": len(clashes)})
    account = facts(contents, rows, beside)
    made: dict[str, bytes] = {}
    every = {**rows, **beside}
    heads = {each.name: head(each.name) for table in account.tables for each in table.dimensions}
    for name, frame in every.items():
        made[f"{name}.csv"] = csv_bytes(frame)
        made[f"{name}.parquet"] = parquet_bytes(frame)
    made[METADATA] = metadata_bytes(account, every, heads)
    made[WORKBOOK] = workbook_bytes(account, every, heads)
    made[METHODS] = methods_note(account).encode()
    made[REPORT] = render_page(account, rows, contents.project, beside).encode()
    manifest = identified(account, _listed(made, every))
    return manifest, {**made, MANIFEST: manifest_bytes(manifest)}


def derived_tables(contents: Contents, rows: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What is worked out from the release's own rows and those of the release before.

    Args:
        contents: of the release.
        rows: the tidy frames of `contents.tables` by name.
    """
    before = {each.name: each.published for each in contents.earlier}
    public = Public(
        tables=_public(contents.tables, rows),
        project=contents.project,
        earlier=_public(contents.earlier, before),
        earlier_id=contents.earlier_id,
    )
    return {str(name): frame for name, frame in derived(public).items()}


def _public(tables: Sequence[Protected], rows: Mapping[str, pl.DataFrame]) -> dict[str, PublicTable]:
    return {
        each.name: PublicTable(
            each.name, each.title, TableKind(each.kind), tuple(each.dimensions), rows[each.name]
        )
        for each in tables
    }


def csv_bytes(frame: pl.DataFrame) -> bytes:
    r"""RFC 4180 but for its line ends: UTF-8 without a mark, header, `\n`, quotes where needed, null as nothing.

    The text in `frame` is safe in a spreadsheet already; see `flows.release.tidy`.
    """
    buffer = BytesIO()
    # Text that is empty would be written as a pair of quotes, unlike a null.
    frame.with_columns(pl.col(pl.String).replace({"": None})).write_csv(
        buffer, line_terminator="\n", quote_style="necessary", null_value=""
    )
    return buffer.getvalue()


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """The same rows as Parquet."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def _listed(made: Mapping[str, bytes], rows: Mapping[str, pl.DataFrame]) -> dict[str, ReleasedFile]:
    listed = {}
    for name, data in sorted(made.items()):
        stem, _, ending = name.rpartition(".")
        table = rows.get(stem) if ending in ("csv", "parquet") else None
        listed[name] = ReleasedFile(
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            rows=None if table is None else table.height,
        )
    return listed
