"""Events of all bodies and the records they belong to, as one integer-coded frame in order of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.contracts import Contract
from config.errors import ContractError
from config.event_words import AvoidableCode, Channel, Direction, EventType, Initiator, Outcome, SentimentSource
from config.frames import EVENTS, KEYED_SPINE, MANDATORY_EVENT_COLUMNS, SPINE
from config.settings import Project
from config.terms import Method
from linkage.journeys.consent import SCOPE, consenting_records, covered_by_consent

PLAIN_COLUMNS = ("need_date", "voluntary", "due_date", "sentiment", "unit_cost_pence")
"""Optional columns that are no words."""
OPTIONAL_COLUMNS = (
    "step",
    "need_code",
    "direction",
    "initiator",
    "channel",
    "motive",
    "evidence_type",
    "avoidable_code",
    "outcome",
    "to_body",
    "sentiment_source",
    "segment",
    *PLAIN_COLUMNS,
)
CONTACT_TYPES = tuple(
    each.value for each in (EventType.CONTACT, EventType.REQUEST, EventType.COMPLAINT, EventType.APPEAL)
)
"""Events by which a person turns to a body; evidence and payments are counted apart."""
MICROSECONDS_PER_DAY = 86_400_000_000


@dataclass(frozen=True)
class Coded:
    """Everything the journeys need, without a reference that leads back.

    Attributes:
        steps: one row per event whose record is in the spine, in order of time: `record` (row of the spine),
            `ts` (microseconds), `body`, `service`, `event_type` and the optional columns (words as enums), `case`
            (UInt32).
        available: optional event columns that some body supplies and fills.
        without_person: events whose record is not in the spine.
        after_period: events at or after `until`, which are left out.
        until: the moment as at which journeys are told, the period's end where none is asked for; UTC.
        without_consent: events whose consent does not cover the project, which are left out.
        consented: rows of the spine that may be counted as clients, shape (records,); None where no consent is
            asked for.
    """

    steps: pl.DataFrame
    available: frozenset[str]
    without_person: int
    after_period: int
    until: datetime
    without_consent: int = 0
    consented: NDArray[np.bool_] | None = None


def period_end(period: str) -> datetime:
    """The first moment after a period such as 2026, 2026-11 or 2026-Q4."""
    year, _, part = period.partition("-")
    months = 12 if not part else 3 * int(part[1:]) if part.startswith("Q") else int(part)
    return datetime(int(year) + months // 12, months % 12 + 1, 1, tzinfo=UTC)


def period_start(period: str) -> datetime:
    """The first moment of a period."""
    year, _, part = period.partition("-")
    month = 1 if not part else 3 * int(part[1:]) - 2 if part.startswith("Q") else int(part)
    return datetime(int(year), month, 1, tzinfo=UTC)


def enums(project: Project) -> dict[str, pl.Enum]:
    """The words of each coded column."""
    words = project.words
    return {
        "body": pl.Enum(sorted(project.bodies)),
        "event_type": pl.Enum([each.value for each in EventType]),
        "service": pl.Enum(sorted(words.service)),
        "step": pl.Enum(sorted(words.step)),
        "need_code": pl.Enum(sorted(words.need_code)),
        "direction": pl.Enum([each.value for each in Direction]),
        "avoidable_code": pl.Enum([each.value for each in AvoidableCode]),
        "evidence_type": pl.Enum(sorted(words.evidence_type)),
        "segment": pl.Enum(sorted(words.segment)),
        "motive": pl.Enum(sorted(words.motive)),
        SCOPE: pl.Enum(sorted(words.consent_scope)),
        "to_body": pl.Enum(sorted(project.bodies)),
        "initiator": pl.Enum([each.value for each in Initiator]),
        "channel": pl.Enum([each.value for each in Channel]),
        "outcome": pl.Enum([each.value for each in Outcome]),
        "sentiment_source": pl.Enum([each.value for each in SentimentSource]),
    }


def code(
    spine: pl.DataFrame,
    events: Mapping[str, tuple[pl.DataFrame, tuple[str, ...]]],
    project: Project,
    as_at: datetime | None = None,
) -> Coded:
    """Join events to the spine's records and put them in the one order that all measures share.

    The order is (ts, event_seq, body, event_id), so neither the order of rows nor that of bodies matters.

    Args:
        spine: keeps `SPINE`.
        events: body to its frame, which keeps `EVENTS`, and the columns it supplies.
        project: says the words, the bodies and the period.
        as_at: what happens from this moment on is left out; None: from the period's end on.

    Raises:
        ContractError: a frame breaks its contract or holds a word that the project file does not list.
    """
    records = spine.select("body", "record_id").with_row_index("record")
    parts = []
    available: set[str] = set()
    without_person = after_period = without_consent = 0
    left_out: list[pl.Series] = []
    until = as_at or period_end(project.project.period)
    end = until.astimezone(UTC).replace(tzinfo=None)
    for body in sorted(events):
        frame, supplied = events[body]
        found = _coded_body(body, frame, supplied, enums(project))
        available |= {name for name in (*OPTIONAL_COLUMNS, "case_ref") if found[name].null_count() < found.height}
        joined = found.join(
            records.filter(pl.col("body") == body).select("record", "record_id"), on="record_id", how="left"
        ).drop("record_id")
        without_person += joined["record"].null_count()
        known = joined.filter(pl.col("record").is_not_null())
        in_time = known.filter(pl.col("ts") < end)
        after_period += known.height - in_time.height
        covered = covered_by_consent(project.consent)
        kept = in_time.filter(covered)
        without_consent += in_time.height - kept.height
        left_out.append(in_time.filter(~covered)["record"])
        parts.append(kept)
    if not parts:
        parts = [
            _coded_body("", EVENTS.empty(), (), enums(project))
            .drop("record_id")
            .with_columns(record=pl.lit(None, dtype=pl.UInt32))
        ]
    ordered = pl.concat(parts).sort("ts", "event_seq", "body", "event_id")
    case = pl.struct("body", "case_ref").rank("dense").cast(pl.UInt32)
    steps = ordered.with_columns(
        pl.col("ts").to_physical(),
        case=pl.when(pl.col("case_ref").is_not_null()).then(case) if "case_ref" in ordered else None,
    ).drop("event_seq", "event_id", "case_ref", SCOPE)
    consented = consenting_records(project.consent, steps["record"], left_out, spine.height)
    return Coded(steps, frozenset(available), without_person, after_period, until, without_consent, consented)


def _coded_body(
    body: str, frame: pl.DataFrame, supplied: tuple[str, ...], words: Mapping[str, pl.Enum]
) -> pl.DataFrame:
    """The columns that journeys need, as enums; a column that the body does not supply holds nothing."""
    given = set(supplied) | set(MANDATORY_EVENT_COLUMNS)
    shaped = EVENTS.shape(frame.lazy()).collect()
    coded = shaped.select(
        "record_id",
        "event_id",
        "event_seq",
        "ts",
        body=pl.lit(body or None, dtype=pl.String).cast(words["body"], strict=False),
        case_ref=pl.col("case_ref") if "case_ref" in given else pl.lit(None, dtype=pl.String),
        **{
            name: (pl.col(name) if name in given else pl.lit(None, dtype=pl.String)).cast(enum, strict=False)
            for name, enum in words.items()
            if name != "body"
        },
        **{
            name: pl.col(name) if name in given else pl.lit(None, dtype=EVENTS.columns[name])
            for name in PLAIN_COLUMNS
        },
    )
    breaches: dict[str, int | str] = {
        f"column '{name}' holds a word the project does not list": coded[name].null_count()
        - shaped[name].null_count()
        for name in words
        if name != "body" and name in given
    }
    breaches |= {
        f"column '{name}' is null": coded[name].null_count()
        for name in ("record_id", "event_id", "event_seq", "ts", "event_type", "service")
    }
    off = coded.select(
        feeling=(~pl.col("sentiment").is_between(-2, 2)).sum(), cost=(pl.col("unit_cost_pence") < 0).sum()
    )
    breaches["column 'sentiment' is outside -2 to 2"] = int(off["feeling"].item())
    breaches["column 'unit_cost_pence' is negative"] = int(off["cost"].item())
    breaches["body is not one of the project's"] = coded["body"].null_count()
    broken = {rule: count for rule, count in breaches.items() if count}
    if broken:
        raise ContractError(EVENTS.name, broken)
    return coded


def body_bit(body: pl.Expr) -> pl.Expr:
    """The bit that stands for a body among several, by its place in the alphabet; null where there is none."""
    one, two = pl.lit(1, dtype=pl.UInt64), pl.lit(2, dtype=pl.UInt64)
    return one * two.pow(body.to_physical().cast(pl.UInt64)).cast(pl.UInt64)


def words_of(column: pl.Series) -> list[str]:
    """The words that a coded column may hold, in the order of their codes."""
    return column.dtype.categories.to_list() if isinstance(column.dtype, pl.Enum) else []


def spine_contract(project: Project) -> Contract:
    """What the spine of a project keeps."""
    return KEYED_SPINE if project.disclosure.method is Method.CELL_KEY else SPINE


def verified_spine(spine: pl.DataFrame, project: Project) -> pl.DataFrame:
    """The spine with its key and rules checked.

    Raises:
        ContractError: it breaks its contract.
    """
    return spine_contract(project).verify(spine)
