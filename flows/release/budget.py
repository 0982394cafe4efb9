"""What releases spend of a period's budget of differential privacy: drawn once, kept, and written into a ledger.

Noise counts as spent before anybody can see it: numbers are drawn and kept in the analysis zone, then the ledger
beside the releases says so, then the audit log says how far the ledger goes, and only then is anything staged. A
ledger that lacks what the log says it holds was shortened, and nothing more is drawn. A run that was killed finds
its numbers again and spends nothing more; numbers that the ledger has and nobody can find are never drawn a second
time.
"""

import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import polars as pl
import rfc8785
from pydantic import Field, ValidationError

from anonymise.disclosure.earlier import Release
from anonymise.disclosure.methods import protected_by
from anonymise.disclosure.methods.differential import Measurement
from anonymise.disclosure.methods.ledger import spend
from anonymise.disclosure.public import Beside, Protected
from config.bundles import Digest
from config.errors import AuditError, DisclosureError
from config.frozen import Frozen
from config.protection import DifferentialPrivacySettings
from config.tables import Table
from config.terms import Action
from flows.context import Context
from flows.stores import write_bytes, write_frame
from linkage.journeys.domains import domains

LEDGER: Final = "budget.jsonl"
DRAWN: Final = "drawn"
FIRST: Final = "0" * 64


class Spent(Frozen):
    """One line of the ledger."""

    seq: int = Field(ge=1)
    previous: Digest
    """SHA-256 of the line before, in hex; zeros in the first."""
    project: str
    period: str
    drawn: Digest
    """Of the tables, settings and code that numbers were drawn for."""
    epsilon: float = Field(gt=0)


def protected_tables(
    context: Context, tables: Sequence[Table], measured: str, beside: Beside, earlier: Sequence[Release]
) -> Protected:
    """The tables by the method of the project file; noise is drawn once for the same tables, settings and code.

    Args:
        context: of the run.
        tables: measured.
        measured: digest of their index.
        beside: what the release will tell outside its tables.
        earlier: everything that was published before.

    Raises:
        DisclosureError: the tables cannot be protected, or the budget of the period is spent.
        AuditError: the ledger does not verify, or lacks lines that the log says it holds.
    """
    project, private = context.project, context.project.disclosure.differential_privacy
    categories = domains(project)
    if private is None:
        return protected_by(
            tables,
            project.disclosure,
            categories=categories,
            beside=beside,
            earlier=earlier,
            period=project.project.period,
        )
    drawn_for = _drawn_for(context, measured)
    kept = context.places.analysis / DRAWN / f"{drawn_for}.parquet"
    path = context.places.releases / LEDGER
    lines = whole_ledger(context)
    told = any(each.drawn == drawn_for for each in lines)
    if told and not kept.exists():
        raise DisclosureError(
            "numbers that were drawn and spent are gone, and are not drawn a second time", {"found": 0}
        )
    if not told:
        _affordable(context, private, lines)
    safe = protected_by(tables, project.disclosure, categories=categories, noise=_once(kept))
    if not told:
        _append(path, lines, context, drawn_for, safe.epsilon)
    return safe


def whole_ledger(context: Context) -> list[Spent]:
    """The lines of the project's ledger, where it holds all that the audit log says it holds.

    Raises:
        AuditError: a line is malformed or does not follow the one before, or lines that the log tells of are gone.
    """
    lines = ledger(context.places.releases / LEDGER)
    for entry in context.log.entries:
        said = entry.facts.values
        if entry.action is not Action.PROTECTED or "spent" not in said:
            continue
        number = int(str(said["spent_lines"]))
        if number > len(lines) or hashlib.sha256(_bytes(lines[number - 1])).hexdigest() != said["spent"]:
            raise AuditError(
                "the ledger of spent budget is not the one that this entry tells of; put releases/"
                f"{LEDGER} back from a copy",
                entry=entry.seq,
            )
    return lines


def spent_so_far(context: Context) -> tuple[int, str] | None:
    """How far the ledger goes, for the log: its lines, and SHA-256 of the last; None where nothing is spent."""
    if context.project.disclosure.differential_privacy is None:
        return None
    lines = ledger(context.places.releases / LEDGER)
    return (len(lines), hashlib.sha256(_bytes(lines[-1])).hexdigest()) if lines else None


def ledger(path: Path) -> list[Spent]:
    """Every line of the ledger, its chain checked; none if there is no ledger.

    Raises:
        AuditError: a line is malformed or does not follow the one before.
    """
    found: list[Spent] = []
    previous = FIRST
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else [], 1):
        try:
            said = Spent.model_validate_json(line)
        except ValidationError:
            raise AuditError("the ledger of spent budget holds a malformed line", entry=number) from None
        try:
            follows = (said.seq, said.previous) == (number, previous) and _bytes(said) == line
        except rfc8785.CanonicalizationError:  # a number that JSON cannot hold exactly
            follows = False
        if not follows:
            raise AuditError("the ledger of spent budget does not verify", entry=number)
        found.append(said)
        previous = hashlib.sha256(line).hexdigest()
    return found


def _affordable(context: Context, private: DifferentialPrivacySettings, lines: Sequence[Spent]) -> None:
    named = context.project.project
    of_period = [each.epsilon for each in lines if (each.project, each.period) == (named.name, named.period)]
    spend(of_period, private.epsilon, private.total_epsilon)


def _append(path: Path, lines: Sequence[Spent], context: Context, drawn_for: str, epsilon: float) -> None:
    named = context.project.project
    previous = hashlib.sha256(_bytes(lines[-1])).hexdigest() if lines else FIRST
    line = Spent(
        seq=len(lines) + 1,
        previous=previous,
        project=named.name,
        period=named.period,
        drawn=drawn_for,
        epsilon=epsilon,
    )
    write_bytes(path, b"".join(_bytes(each) + b"\n" for each in (*lines, line)))


def _bytes(said: Spent) -> bytes:
    return rfc8785.dumps(said.model_dump(mode="json"))


def _drawn_for(context: Context, measured: str) -> str:
    said = {
        "tables": measured,
        "disclosure": context.project.disclosure.model_dump(mode="json"),
        "code": version("desirelines"),
    }
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()  # type: ignore[arg-type]  # plain JSON, typed as object


def _once(kept: Path) -> Callable[[Measurement, list[int]], Sequence[int]]:
    """Noise that is drawn where none is kept, and kept before it is used."""

    def noise(measurement: Measurement, numbers: list[int]) -> Sequence[int]:
        if not kept.exists():
            write_frame(kept, pl.DataFrame({"number": pl.Series(measurement(numbers), dtype=pl.Int64)}))
        drawn = pl.read_parquet(kept, glob=False)["number"].to_list()
        if len(drawn) != len(numbers):
            raise DisclosureError("numbers that were drawn are not of these tables", {"found": len(drawn)})
        return drawn

    return noise
