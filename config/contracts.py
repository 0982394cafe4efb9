"""A contract says what a frame between two stages is: columns, key and row rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from config.errors import ContractError


@dataclass(frozen=True)
class Contract:
    """What a frame must be; data, not code.

    Attributes:
        name: stands in errors.
        columns: every column and its type, in order.
        key: columns that together name a row once and are never null.
        rules: named expressions, true for a row that keeps the rule. A null breaks it.
        open: further columns may follow (tokens, dimensions).
    """

    name: str
    columns: pl.Schema
    key: tuple[str, ...] = ()
    rules: Mapping[str, pl.Expr] = field(default_factory=dict)
    open: bool = False

    def shape(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame, with its columns in the contract's order. Reads no rows.

        Raises:
            ContractError: a column is missing, surplus or of another type.
        """
        found = frame.collect_schema()
        wrong: dict[str, int | str] = {
            f"column '{name}'": "missing" if name not in found else f"is {found[name]}, not {kind}"
            for name, kind in self.columns.items()
            if found.get(name) != kind
        }
        surplus = [name for name in found if name not in self.columns]
        if surplus and not self.open:
            wrong["surplus columns"] = len(surplus)
        if wrong:
            raise ContractError(self.name, wrong)
        return frame.select(*self.columns, *surplus)

    def verify(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame, its rows checked; breaches are counted, never shown.

        Raises:
            ContractError: a column is wrong, the key repeats or a rule is broken.
        """
        shaped = self.shape(frame.lazy()).collect()
        counts = {
            rule: int(shaped.select((~kept.fill_null(value=False)).sum()).item())
            for rule, kept in self.rules.items()
        }
        if self.key:
            counts["key is null"] = int(shaped.select(pl.any_horizontal(pl.col(*self.key).is_null()).sum()).item())
            counts["key repeats"] = shaped.height - shaped.select(self.key).n_unique()
        broken = {rule: count for rule, count in counts.items() if count}
        if broken:
            raise ContractError(self.name, broken)
        return shaped

    def empty(self) -> pl.DataFrame:
        """No rows, the right columns."""
        return pl.DataFrame(schema=self.columns)
