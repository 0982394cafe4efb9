"""A table or view of a body's database as checked CSV: named columns as text, in an order of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from config.errors import DatabaseError, PipelineError
from config.sources import table_of
from flows.ingest.header import Expected, matched
from flows.ingest.limits import Limits
from flows.ingest.server import Server
from flows.ingest.source import Source

if TYPE_CHECKING:
    from psycopg import sql

Sort = Literal["text", "whole", "number", "truth", "date", "time", "moment", "other"]
SORTS: Final[dict[str, Sort]] = {
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext", "uuid"), "text"),
    **dict.fromkeys(("int2", "int4", "int8"), "whole"),
    **dict.fromkeys(("numeric", "float4", "float8"), "number"),
    "bool": "truth",
    "date": "date",
    "timestamp": "time",
    "timestamptz": "moment",
}
WHOLE_NUMERIC: Final = 4
"""Type modifier of numeric(p, 0), its precision taken off: a header's length and a scale of none."""

COLUMNS: Final = """
    SELECT a.attname,
        CASE WHEN t.typtype = 'e' THEN 'text' WHEN t.typtype = 'd' THEN b.typname ELSE t.typname END,
        CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
    WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum"""
TABLE: Final = """
    SELECT c.oid,
        pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            OR pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"""


@dataclass(frozen=True)
class Column:
    """A column of a table, and what sort of values it holds."""

    name: str
    sort: Sort


class TableSource(Source):
    """An extract that is a table or view; its digest is of the CSV that the server sends.

    Attributes:
        columns: those that are read, in the table's order.
        unread: those of a type that is not read.
    """

    def __init__(self, server: Server, entry: str, columns: Sequence[Column], limits: Limits) -> None:
        super().__init__(server.body, entry)
        self.columns = tuple(each for each in columns if each.sort != "other")
        self.unread = tuple(each for each in columns if each.sort == "other")
        self._server = server
        self._limits = limits

    @property
    def suffix(self) -> str:
        """None of a file's."""
        return ""

    def _read(self, size: int) -> Iterator[bytes]:
        import psycopg

        failure: PipelineError | None = None
        held, length = bytearray(), 0
        try:
            with self._server.connection.cursor() as cursor, cursor.copy(self._query()) as rows:
                for row in rows:
                    held += row
                    length += len(row)
                    if len(held) >= size:
                        yield bytes(held)
                        held.clear()
                    if length > self._limits.file_bytes:
                        break
        except psycopg.Error as error:
            failure = self._server.fault(error, self.file)
        if failure is not None:
            raise failure
        if length > self._limits.file_bytes:
            raise self.refusal(f"is larger than {self._limits.file_bytes:,} bytes")
        yield bytes(held)

    def _query(self) -> "sql.Composed":
        """Each column as text, cut just beyond what a field may hold so that no row floods memory.

        Ordered by all columns, byte by byte: the same rows give the same bytes, and so the same digest.
        """
        from psycopg import sql

        cap = sql.Literal(self._limits.field_bytes + 1)
        cell = sql.SQL('pg_catalog.left({}, {}) COLLATE pg_catalog."C" AS {}')
        schema, name = table_of(self.file)
        cells = [cell.format(_text(each), cap, sql.Identifier(each.name)) for each in self.columns]
        if len(cells) == 1:  # a row of nothing but NULL would be an empty line, which is no row of a CSV file
            only = sql.SQL("pg_catalog.left(coalesce({}, ''), {}) COLLATE pg_catalog.\"C\" AS {}")
            cells = [only.format(_text(self.columns[0]), cap, sql.Identifier(self.columns[0].name))]
        return sql.SQL(
            "COPY (SELECT {cells} FROM {table} AS t ORDER BY {places} LIMIT {most}) TO STDOUT "
            "WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')"
        ).format(
            cells=sql.SQL(", ").join(cells),
            table=sql.Identifier(schema, name),
            places=sql.SQL(", ").join(sql.SQL(str(place)) for place in range(1, len(cells) + 1)),
            most=sql.Literal(self._limits.rows + 1),
        )

    def _whole(self, length: int) -> bool:
        # The snapshot keeps other people's changes out; a view of random or clock values shows by its digest.
        self.size = length
        return True

    def start(self, length: int) -> bytes:
        """Nothing: a table's kind is known."""
        return b""[:length]


def table(server: Server, entry: str, expected: Expected | None, limits: Limits) -> TableSource:
    """Look a table up; only the columns that are expected will ever leave the server.

    Args:
        server: of the body.
        entry: as the project file names it.
        expected: columns; None for all.
        limits: caps.

    Raises:
        DatabaseError: there is no such table, or its user could write to it.
        ExtractError: a column is unknown, stands twice, is missing or of a type that is not read.
    """
    schema, name = table_of(entry)
    found = _rows(server, entry, TABLE, (schema, name))
    if not found:
        raise DatabaseError(server.body, entry, "there is no such table or view")
    oid, may_write = found[0]
    if may_write:
        raise DatabaseError(
            server.body, entry, "its user could change it; use one with SELECT and nothing else, and not its owner"
        )
    columns = [
        Column(name, _sort(kind, modifier)) for name, kind, modifier in _rows(server, entry, COLUMNS, (oid,))
    ]
    bare = TableSource(server, entry, columns, limits)
    if len(columns) > limits.columns:
        raise bare.refusal(f"has more than {limits.columns} columns")
    if expected is not None:
        known = matched(bare, [each.name for each in columns], expected)
        for each in columns:
            if each.name in known and each.sort == "other":
                raise bare.refusal(
                    "has a type that is not text, whole number, date, time or true/false", column=known[each.name]
                )
        columns = [each for each in columns if each.name in known]
    return TableSource(server, entry, columns, limits)


def _rows(server: Server, entry: str, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    import psycopg

    try:
        return server.connection.execute(query, values).fetchall()
    except psycopg.Error as error:
        failure = server.fault(error, entry)
    raise failure


def _sort(kind: str, modifier: int) -> Sort:
    if kind == "numeric" and modifier >= 0 and modifier & 0xFFFF == WHOLE_NUMERIC:
        return "whole"
    return SORTS.get(kind, "other")


def _text(column: Column) -> "sql.Composed":
    from psycopg import sql

    form = "pg_catalog.trim_scale(t.{}::pg_catalog.numeric)" if column.sort == "number" else "t.{}"
    return sql.SQL(form + "::pg_catalog.text").format(sql.Identifier(column.name))
