"""What the checker's page says: the models of `check.json`.

Nothing here depends on a withheld number. What is not public (reasons, kinds, bodies) tells of rules, not of
numbers, and what is told of losses is worked out from published numbers and from what the attack holds possible.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from config.bundles import Digest
from config.disclosure import ReviewSettings
from config.frozen import Frozen
from config.terms import Status, TableKind
from flows.quality.contents import Chance, Header
from flows.release.manifest import ReleaseId

FORMAT: Final = 1
Number = Annotated[int, Field(ge=0)]


class CheckVerdict(StrEnum):
    """What a checker is told to do, least grave first."""

    PASS = "pass"  # noqa: S105 - a verdict
    REVIEW = "review"
    FAIL = "fail"


class CheckReason(StrEnum):
    """Why a table or a release does not simply pass."""

    FINDING = "finding"
    CONTRADICTION = "contradiction"
    GATE = "gate"
    NOTHING_PUBLISHED = "nothing_published"
    MUCH_WITHHELD = "much_withheld"
    MANY_COMPLEMENTARY = "many_complementary"
    CLOSE_TO_LIMIT = "close_to_limit"
    SMALL_NUMERATORS = "small_numerators"
    SINGLE_BODY = "single_body"
    NEW_TABLE = "new_table"
    NEW_DIMENSION = "new_dimension"


FATAL: Final = (CheckReason.FINDING, CheckReason.CONTRADICTION, CheckReason.GATE)
"""Reasons to fail; all others call for a review."""


class Outlook(StrEnum):
    """How a withheld cell stood the attack, where no finding says it."""

    SAFE = "safe"
    """Of each of its numbers, possible values lie at least the protection apart."""
    FIGURE = "figure only"
    """Its people and count stand in another row; only the figure is withheld."""
    UNTRIED = "untried"
    """The attack came to no end."""


class Reason(Frozen):
    """One reason, with what was met and the limit it is held against."""

    reason: CheckReason
    found: float
    """Findings, or percent, as the reason has it."""
    limit: float | None
    names: tuple[str, ...] = ()
    """Dimensions, where the reason is about some."""


class Cell(Frozen):
    """One row of a table as it will be published."""

    coordinates: tuple[str, ...]
    """Categories, in the order of the table's dimensions."""
    status: Status
    people: int | None
    count: int | None
    value: float | None
    unit: str | None
    kind: Literal["", "primary", "complementary"]
    reasons: tuple[str, ...]
    """Rules against it; empty where it is not withheld."""
    attack: str
    """A finding, a word of `Outlook`, or empty where there was nothing to attack."""
    single_body: bool
    """It is published, one body alone contributes, and its coordinates name none."""


class Lost(Frozen):
    """The share of a quantity that is withheld, over the finest cells."""

    share: Chance | None
    """None: cannot be told without a withheld number."""
    basis: Literal["totals", "midpoints", "unknown"]
    """What published parts lack of published totals, or withheld cells taken at the middle of what is possible."""
    over: tuple[str, ...]
    """Dimensions that the cells are split by; the others stand at their total."""


class Loss(Frozen):
    """Information lost against an unprotected release."""

    cells: Chance
    """Of the cells that hold figures."""
    people: Lost
    count: Lost
    hellinger: Chance | None
    """Of counts over the finest cells, a withheld cell taken for nothing."""
    relative: Annotated[float, Field(ge=0)] | None
    """Mean absolute relative distance of counts over the finest cells; 1 for a withheld one."""


class CategoryLoss(Frozen):
    """Cells of one category of one dimension."""

    dimension: str
    category: str
    cells: Number
    withheld: Number


class Tally(Frozen):
    """Cells by what becomes of them."""

    cells: Number
    published: Number
    withheld: Number
    primary: Number
    """Withheld because a rule is against them."""
    complementary: Number
    """Withheld because they would give another one back."""
    empty: Number
    """Not available or not applicable."""


class TableCheck(Frozen):
    """One table."""

    name: str
    title: str
    kind: TableKind
    dimensions: tuple[str, ...]
    verdict: CheckVerdict
    reasons: tuple[Reason, ...]
    tally: Tally
    by_reason: dict[str, Number]
    """Rule to withheld cells; a cell may have several."""
    found: dict[str, Number]
    """Finding to how often the attack made it here."""
    loss: Loss
    by_category: tuple[CategoryLoss, ...]
    rows: tuple[Cell, ...]


class Attack(Frozen):
    """One attack, what it tried and what it found."""

    name: str
    tried: dict[str, Number]
    found: dict[str, Number]
    """Every kind of finding to how often it was made."""


class Check(Header):
    """The file `check.json`."""

    kind: Literal["disclosure check"]
    release: ReleaseId | None
    """None where nothing was staged."""
    manifest: Digest | None
    """SHA-256 of the release's manifest."""
    tables_digest: Digest
    """Of the tables that were attacked, as the audit log has it."""
    page: Digest | None
    """SHA-256 of `check.html`; none before it is written."""
    earlier: ReleaseId | None
    """The release published last, that this one is held against."""
    verdict: CheckVerdict
    reasons: tuple[Reason, ...]
    """Of the release as a whole; those of its tables stand there."""
    least_bodies: int
    protection: int
    review: ReviewSettings
    statements: tuple[str, ...]
    """What the method of protection guarantees and what it does not, where it was said."""
    tally: Tally
    by_reason: dict[str, Number]
    attacks: tuple[Attack, ...]
    tables: tuple[TableCheck, ...]
    code_version: str

    @model_validator(mode="after")
    def _follows(self) -> "Check":
        wrong = [each.name for each in self.tables if each.verdict is not verdict_of(each.reasons)]
        if wrong or self.verdict is not worst([verdict_of(self.reasons), *(each.verdict for each in self.tables)]):
            raise ValueError("verdicts that follow from their reasons")
        return self


def verdict_of(reasons: tuple[Reason, ...]) -> CheckVerdict:
    """The verdict that reasons come to."""
    if any(each.reason in FATAL for each in reasons):
        return CheckVerdict.FAIL
    return CheckVerdict.REVIEW if reasons else CheckVerdict.PASS


def worst(verdicts: list[CheckVerdict]) -> CheckVerdict:
    """The gravest of several verdicts."""
    order = list(CheckVerdict)
    return max(verdicts, key=order.index)
