"""One public body: where its extracts lie, and how its columns and codes map to ours."""

from pydantic import Field, model_validator

from config.fields import PEOPLE_COLUMNS
from config.frames import CLOSED_LISTS, EVENT_COLUMNS, PROJECT_LISTS
from config.frozen import Frozen, Label, Percent
from config.sources import (
    DatabaseSettings,
    Delimiter,
    Extract,
    FileSettings,
    FooterLines,
    HeaderLine,
    TextEncoding,
    WorkbookSettings,
    is_table,
)


class Body(Frozen):
    """One public body: where its extracts lie, and how its columns and codes map to ours."""

    title: Label
    unique_clients: bool
    """True: the body says that each of its clients is one person."""
    people: tuple[Extract, ...] = Field(min_length=1)
    """Files or patterns below bodies/<name>/, or tables of its database."""
    events: tuple[Extract, ...] = Field(min_length=1)
    encoding: TextEncoding = "utf-8"
    delimiter: Delimiter = ","
    date_format: str = "%Y-%m-%d"
    time_format: str = "%Y-%m-%dT%H:%M:%S"
    time_zone: str = "Europe/London"
    most_quarantined_percent: Percent
    """More bad rows than this stop the body's run."""
    people_columns: dict[str, str] = Field(default={})
    """Ours = theirs, where the names differ."""
    event_columns: dict[str, str] = Field(default={})
    people_constants: dict[str, str] = Field(default={})
    event_constants: dict[str, str] = Field(default={})
    """A column of ours that has the same value on every row, such as the service."""
    ignored_columns: tuple[str, ...] = ()
    """Columns of theirs that are dropped unread. Any other unknown column stops the run."""
    codes: dict[str, dict[str, str]] = Field(default={})
    """Column of ours → code of theirs = word of ours."""
    codes_ignore_case: bool = False
    """Whether capitals of codes do not count."""
    header_line: HeaderLine = 1
    """The line of CSV files and sheets that holds the column names; lines before it are left unread."""
    footer_lines: FooterLines = 0
    """Lines at the end of CSV files that are no rows, such as a sum; each must be unlike a row."""
    written: dict[str, FileSettings] = Field(default={})
    """Entry of people or events → how its files are written, where that differs from the body's others."""
    workbook: WorkbookSettings = WorkbookSettings()
    database: DatabaseSettings | None = None

    @model_validator(mode="after")
    def _columns_are_known(self) -> "Body":
        known = {"people": set(PEOPLE_COLUMNS), "event": {"client_ref", *EVENT_COLUMNS}}
        for kind, columns in (
            ("people", [*self.people_columns, *self.people_constants]),
            ("event", [*self.event_columns, *self.event_constants]),
        ):
            unknown = sorted(set(columns) - known[kind])
            if unknown:
                raise ValueError(
                    f"columns of ours in {kind}_columns or {kind}_constants; unknown: {', '.join(unknown)}"
                )
        if self.database is None and any(is_table(each) for each in (*self.people, *self.events)):
            raise ValueError("a section 'database' beside people or events that name a table")
        for column, words in self.codes.items():
            alike: dict[str, str] = {}
            for code, word in words.items() if self.codes_ignore_case else ():
                if alike.setdefault(code.strip().lower(), word) != word:
                    raise ValueError(
                        f"codes of {column} that differ in more than capitals, with codes_ignore_case"
                    )
        strange = len(set(self.written) - {*self.people, *self.events})
        if strange:
            raise ValueError(f"names of entries of people or events in 'written'; {strange} are none")
        coded = {*CLOSED_LISTS, *PROJECT_LISTS, "to_body", "voluntary"}
        unknown = sorted(set(self.codes) - coded)
        if unknown:
            raise ValueError(f"coded columns of ours ({', '.join(sorted(coded))}); unknown: {', '.join(unknown)}")
        return self

    def reading(self, entry: str) -> "Body":
        """The body's settings as they hold for the files of one entry of people or events."""
        own = self.written.get(entry)
        return self if own is None else self.model_copy(update=own.model_dump(exclude_none=True))
