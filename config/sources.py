"""What extracts may be beside plain files: tables of a body's database, sheets, files unlike the others."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from config.fields import PEOPLE_COLUMNS
from config.frozen import Frozen, RelativePath

DATABASE: Final = "postgresql:"
"""What an entry of `people` or `events` starts with if it names a table or view, as in postgresql:schema.view."""
TABLE: Final = re.compile(r'([^."\x00-\x20/][^."\x00-\x1f/]{0,62})\.([^."\x00-\x20/][^."\x00-\x1f/]{0,62})')
TEXT_COLUMNS: Final = (*PEOPLE_COLUMNS, "case_ref", "event_id")
HERE: Final = ("localhost", "127.0.0.1", "::1")

ServiceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,63}$")]
HostName = Annotated[str, Field(pattern=r"^(/[A-Za-z0-9_./-]{1,100}|[A-Za-z0-9.:-]{1,253})$")]
RoleName = Annotated[str, Field(pattern=r"^[^\x00-\x1f]{1,63}$")]


def is_table(entry: str) -> bool:
    """Whether an entry of `people` or `events` is a table or view of the body's database."""
    return entry.startswith(DATABASE)


def table_of(entry: str) -> tuple[str, str]:
    """Schema and name of a table that an entry of `people` or `events` names.

    Raises:
        ValueError: it is not written so.
    """
    found = TABLE.fullmatch(entry.removeprefix(DATABASE))
    if found is None:
        raise ValueError(f"a table or view written as {DATABASE}schema.name, its letters as the database has them")
    return found[1], found[2]


def _checked(entry: str) -> str:
    if is_table(entry):
        table_of(entry)
    return entry


Extract = Annotated[RelativePath, AfterValidator(_checked)]
"""A file, a pattern of files, or a table."""

TextEncoding = Literal["utf-8", "utf-8-sig", "cp1252", "iso-8859-1", "utf-16"]
Delimiter = Literal[",", ";", "\t", "|"]
HeaderLine = Annotated[int, Field(ge=1, le=100)]
FooterLines = Annotated[int, Field(ge=0, le=100)]


class FileSettings(Frozen):
    """How the files of one entry of `people` or `events` are written; what is left out is as for the body."""

    encoding: TextEncoding | None = None
    delimiter: Delimiter | None = None
    header_line: HeaderLine | None = None
    footer_lines: FooterLines | None = None
    date_format: str | None = None
    time_format: str | None = None


class DatabaseSettings(Frozen):
    """How a body's PostgreSQL server is reached: for reading, and never with a password of this file."""

    service: ServiceName | None = None
    """Entry of libpq's service file, which then says host, port, name and user."""
    host: HostName | None = None
    """Name of the server, or the folder of its socket."""
    port: int | None = Field(default=None, ge=1, le=65_535)
    name: RoleName | None = None
    user: RoleName | None = None
    """Who may read the tables, and do nothing else with them."""
    password_file: RelativePath | None = None
    """Below the body's folder, readable by its owner alone; else libpq's own password file."""
    sslmode: Literal["verify-full", "verify-ca", "disable"] | None = None
    """Left out: the server must prove its name, unless it is on this machine."""
    root_certificate: RelativePath | None = None
    """Below the body's folder: who vouches for the server; else libpq's own."""
    connect_seconds: int = Field(default=15, ge=2, le=600)
    lock_seconds: int = Field(default=30, ge=1, le=3_600)
    statement_seconds: int = Field(default=3_600, ge=1, le=86_400)
    """For reading one table, its ordering included."""

    @model_validator(mode="after")
    def _reachable(self) -> "DatabaseSettings":
        named = [each for each in (self.host, self.port, self.name, self.user) if each is not None]
        if self.service is not None and named:
            raise ValueError("either service, or host, name and user; not both")
        if self.service is None and None in (self.host, self.name, self.user):
            raise ValueError("host, name and user, or service alone")
        if self.sslmode == "disable" and not self.is_here:
            raise ValueError("sslmode 'disable' only for a server on this machine")
        return self

    @property
    def is_here(self) -> bool:
        """Whether the server is on this machine, so that nothing crosses a network."""
        return self.host is not None and (self.host.startswith("/") or self.host in HERE)


class WorkbookSettings(Frozen):
    """How a body's workbooks are read."""

    number_columns: tuple[str, ...] = ()
    """Columns of ours, otherwise text, whose cells may be whole numbers: zeros in front were lost long ago."""

    @model_validator(mode="after")
    def _known(self) -> "WorkbookSettings":
        unknown = sorted(set(self.number_columns) - set(TEXT_COLUMNS))
        if unknown:
            raise ValueError(f"columns of ours that hold text; unknown: {', '.join(unknown)}")
        return self
