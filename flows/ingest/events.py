"""How event extracts are read: words from closed lists, times to UTC, whole numbers; nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import polars as pl

from config.bodies import Body
from config.frames import CLIENT_EVENTS, CLOSED_LISTS, MANDATORY_EVENT_COLUMNS, PROJECT_LISTS
from config.settings import Project
from flows.ingest.header import Expected
from flows.ingest.rules import IDS, Kind, breaks, missing, text
from flows.ingest.times import EARLIEST, READ, comparable, end_of, has_offset, parsed_date, parsed_time, utc

WHOLE: Final = ("event_seq", "sentiment", "unit_cost_pence")
DATES: Final = ("need_date", "due_date")
LONGEST_WORD: Final = 40
"""Characters; an unknown word that is longer is called free text, which identifies people."""

TRUTH: Final = {"true": True, "false": False}


def words(project: Project, column: str) -> tuple[str, ...]:
    """The words that a coded column may hold, in order."""
    if column in CLOSED_LISTS:
        return tuple(str(word) for word in CLOSED_LISTS[column])
    if column in PROJECT_LISTS:
        return tuple(getattr(project.words, column))
    return tuple(project.bodies)


CODED: Final = (*CLOSED_LISTS, *PROJECT_LISTS, "to_body")


def events(project: Project, body: Body) -> Kind:
    """The kind of a body's event files.

    A time that the clocks skip is quarantined; one that they repeat is taken as its first occurrence and flagged.
    """
    lists = {column: words(project, column) for column in CODED}
    end = end_of(project.project.period)

    def typed(supplied: Sequence[str]) -> list[pl.Expr]:
        return [_typed(ours, body, lists).alias(ours) for ours in CLIENT_EVENTS.columns if ours in supplied]

    def rules(supplied: Sequence[str]) -> dict[str, pl.Expr]:
        found: dict[str, pl.Expr] = {}
        for ours in MANDATORY_EVENT_COLUMNS:
            # A code may be declared for the empty field; then a word stands where the text is missing.
            found[f"{ours}: missing"] = missing(ours) & pl.col(ours).is_null() if ours in CODED else missing(ours)
        for ours in supplied:
            found |= _rules(ours, supplied, body, end)
        return found

    def doubt(supplied: Sequence[str]) -> list[pl.Expr]:
        unread = [text(ours).is_not_null() & pl.col(ours).is_null() for ours in supplied if ours not in IDS]
        needed = [pl.col(ours).is_null() for ours in MANDATORY_EVENT_COLUMNS]
        limits_of_time = [pl.col(READ) < pl.lit(EARLIEST), pl.col(READ) >= pl.lit(comparable(end, body))]
        numbers = [pl.col(ours).is_not_null() for ours in ("sentiment",) if ours in supplied]
        numbers += [pl.col(ours) < 0 for ours in ("unit_cost_pence",) if ours in supplied]
        return unread + needed + limits_of_time + numbers

    flagged = {"ts: repeated hour, taken as the first": utc(body, "earliest") != utc(body, "latest")}
    return Kind(
        name="events",
        patterns=body.events,
        expected=Expected(
            columns=tuple(CLIENT_EVENTS.columns),
            mandatory=MANDATORY_EVENT_COLUMNS,
            theirs=body.event_columns,
            constants=body.event_constants,
            ignored=body.ignored_columns,
        ),
        dates={"ts": body.time_format} | dict.fromkeys(DATES, body.date_format),
        whole=WHOLE,
        letters=IDS,
        first=(parsed_time(body.time_format),),
        typed=typed,
        doubt=doubt,
        rules=rules,
        flagged=flagged,
    )


def _typed(ours: str, body: Body, lists: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    codes = {theirs.strip(): word for theirs, word in body.codes.get(ours, {}).items()}
    if ours in lists:
        # An Enum holds a byte per row where text holds sixteen; text again at the very end.
        kind = pl.Enum(lists[ours])
        table = {word: word for word in lists[ours]} | codes
        given = text(ours).str.strip_chars().fill_null("")
        if body.codes_ignore_case:
            given = given.str.to_lowercase()
            table = {word.lower(): word for word in lists[ours]} | {
                code.lower(): word for code, word in codes.items()
            }
        return given.replace_strict(table, default=None, return_dtype=kind) if table else pl.lit(None, kind)
    if ours == "voluntary":
        truths = TRUTH | {theirs.lower(): TRUTH.get(word.lower()) for theirs, word in codes.items()}
        given = text(ours).str.strip_chars().str.to_lowercase().fill_null("")
        return given.replace_strict(truths, default=None, return_dtype=pl.Boolean)
    if ours == "ts":
        return utc(body, "earliest")
    if ours in DATES:
        return parsed_date(ours, body.date_format)
    if ours in WHOLE:
        digits = text(ours).str.strip_chars()
        whole = pl.when(digits.str.contains(r"^[+-]?[0-9]{1,18}$")).then(digits.str.strip_prefix("+"))
        return whole.cast(pl.Int64, strict=False)
    return text(ours)


def _rules(ours: str, supplied: Sequence[str], body: Body, end: datetime) -> dict[str, pl.Expr]:
    """The rules of one column, on its text and its typed value."""
    given = text(ours).str.strip_chars()
    given = pl.when(given != "").then(given)
    unread = given.is_not_null() & pl.col(ours).is_null()
    if ours in (*CODED, "voluntary"):
        long = given.str.len_chars().fill_null(0) > LONGEST_WORD
        return {f"{ours}: not a known word": unread & ~long, f"{ours}: free text": unread & long}
    if ours in DATES:
        return {f"{ours}: not a date in the declared format": unread}
    if ours == "ts":
        return _time_rules(body, given, end)
    if ours not in WHOLE:
        return {}
    found = {f"{ours}: not a whole number": unread}
    if ours == "sentiment":
        found[f"{ours}: outside -2 to 2"] = breaks(pl.col(ours), pl.col(ours).is_between(-2, 2))
        source = (
            pl.col("sentiment_source").is_not_null() if "sentiment_source" in supplied else pl.lit(value=False)
        )
        found[f"{ours}: without a source"] = breaks(pl.col(ours), source)
    if ours == "unit_cost_pence":
        found[f"{ours}: negative"] = breaks(pl.col(ours), pl.col(ours) >= 0)
    return found


def _time_rules(body: Body, given: pl.Expr, end: datetime) -> dict[str, pl.Expr]:
    read = pl.col(READ)
    rules = {
        "ts: not a time in the declared format": given.is_not_null() & read.is_null(),
        "ts: before 1900": breaks(read, read >= pl.lit(EARLIEST)),
        "ts: after the period": breaks(read, read < pl.lit(comparable(end, body))),
    }
    if not has_offset(body.time_format):
        rules["ts: local time that does not exist"] = read.is_not_null() & pl.col("ts").is_null()
    return rules
