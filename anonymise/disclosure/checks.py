"""Tables that cannot be protected as they stand are refused, with the rule and the count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from anonymise.disclosure.figures import shares
from anonymise.disclosure.system import NEAR
from anonymise.disclosure.views import of_people
from config.errors import DisclosureError
from config.frames import CELL_KEY, CELLS, NUMERATORS
from config.tables import Dimension, Table
from config.terms import TOTAL, Status, TableKind

MOST_CELLS = 100_000
"""Of all tables of a release. So many take long to protect and to attack; more come from words that are too fine,
such as thousands of steps, and nearly all would be withheld."""


def check_size(tables: Sequence[Table]) -> None:
    """Refuse tables that would not be protected in any useful time.

    Raises:
        DisclosureError: they have more than `MOST_CELLS` cells together.
    """
    cells = sum(each.cells.height for each in tables)
    if cells > MOST_CELLS:
        raise DisclosureError(
            "the tables have more cells than can be protected; ask for fewer breakdowns or broader words",
            {"cells": cells, "most": MOST_CELLS},
        )


def checked(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The tables without rows that nobody falls in, unless these are to stand.

    Such a row says what its absence says, zero, and absent it is from then on: every row that stands in a
    published table has at least one person behind it, which is what an attacker may take for granted.
    Where rows of nobody stand and may be withheld, he may not.

    Raises:
        DisclosureError: a table breaks a rule of its own; rules between cells are `space`'s.
    """
    _refuse("tables of one name", len(tables) - len({each.name for each in tables}))
    return tuple(_checked(each) for each in tables)


def check_dimensions(
    name: str, dimensions: Sequence[Dimension], columns: Iterable[str], known: Iterable[str]
) -> None:
    """Refuse a table whose columns are not its dimensions and the known ones.

    Raises:
        DisclosureError: a dimension is missing, named twice or not declared.
    """
    names = [each.name for each in dimensions]
    there = set(columns)
    _refuse(f"table '{name}': dimensions of one name", len(names) - len(set(names)))
    _refuse(
        f"table '{name}': dimensions named like a column of every table",
        len(set(names) & {*CELLS.columns, *NUMERATORS}),
    )
    for each in dimensions:
        _refuse(
            f"table '{name}': categories of '{each.name}' that are above themselves", len(_circular(each.parents))
        )
        stray = [TOTAL in pair for pair in each.parents.items()]
        _refuse(f"table '{name}': the total of '{each.name}' named as a part or as a group", sum(stray))
    _refuse(f"table '{name}': columns missing", len({*names, *known} - there))
    _refuse(f"table '{name}': columns that are no declared dimension", len(there - {*names, *known}))


def check_coordinates(name: str, dimensions: Sequence[Dimension], rows: pl.DataFrame) -> None:
    """Refuse rows without a place of their own in the table.

    Args:
        name: of the table.
        dimensions: of the table.
        rows: the dimension columns and `universe`.

    Raises:
        DisclosureError: a coordinate is missing or not text, a total stands in a dimension that has none,
            or two rows share their place.
    """
    names = [each.name for each in dimensions]
    wrong = [each for each in ("universe", *names) if rows.schema[each] != pl.String]
    _refuse(f"table '{name}': dimensions that are not text", len(wrong))
    lost = rows.filter(pl.any_horizontal(pl.col("universe", *names).is_null())).height
    _refuse(f"table '{name}': rows with a missing coordinate", lost)
    for each in dimensions:
        if not each.totalled:
            stray = rows.filter(pl.col(each.name) == TOTAL).height
            _refuse(f"table '{name}': totals in '{each.name}', which is not totalled", stray)
    _refuse(f"table '{name}': cells given twice", rows.height - rows.select("universe", *names).n_unique())


def _checked(table: Table) -> Table:
    name, cells = table.name, table.cells
    _refuse(f"table '{name}': unknown kind", int(table.kind not in set(TableKind)))
    numerators = NUMERATORS if set(NUMERATORS) & set(cells.columns) else {}
    known = [*CELLS.columns, *numerators, *({CELL_KEY} & set(cells.columns))]
    check_dimensions(name, table.dimensions, cells.columns, known)
    columns = {**CELLS.columns, **numerators}
    wrong = [each for each, kind in columns.items() if cells.schema[each] != kind]
    _refuse(f"table '{name}': columns of another type", len(wrong))
    check_coordinates(name, table.dimensions, cells)

    empty = pl.col("status").is_in([Status.NOT_AVAILABLE, Status.NOT_APPLICABLE])
    measured = pl.col("status") == Status.PUBLISHED
    people, count, behind = pl.col("people"), pl.col("count"), pl.col("people_with")
    broken = {
        "unknown status": ~(empty | measured).fill_null(value=False),
        "missing people": measured & people.is_null(),
        "missing count": measured & count.is_null(),
        "negative people": people < 0,
        "negative count": count < 0,
        "cell without people that counts something": (people == 0) & (count > 0),
        "fewer things counted than people": (count < people),
        "people behind the numerator outside the cell": measured & ((behind < 0) | (behind > people)),
        "value that is not a number": measured & (pl.col("value").is_nan() | pl.col("value").is_infinite()),
        "people in a cell that is not available": (
            (pl.col("status") == Status.NOT_AVAILABLE) & ((people > 0) | (count > 0))
        ),
        "things other than people where people are counted": (
            (people != count) & of_people(table.dimensions, table.alone, people_only=table.people_only)
        ),
        **_quotients(measured, there=bool(numerators)),
    }
    found = cells.with_columns(shares(table)).select(
        flag.fill_null(value=False).sum().alias(rule) for rule, flag in broken.items()
    )
    counts = {rule: int(found[rule].item()) for rule in broken}
    if any(counts.values()):
        raise DisclosureError(f"table '{name}' cannot be protected", {r: n for r, n in counts.items() if n})
    for universe, part in table.parts_of.items():
        problem = f"table '{name}': universe '{universe}' is a part of itself, of a total or of nothing"
        _refuse(problem, int(part.universe == universe or TOTAL in part.categories or not part.categories))
    nobody = measured & (people == 0) & (not table.zeros_stand)
    return replace(table, cells=cells.filter(~nobody))


def _quotients(measured: pl.Expr, *, there: bool) -> dict[str, pl.Expr]:
    """Rules of values that are quotients, and of shares without their numerators."""
    told = measured & pl.col("value").is_not_null()
    if not there:
        return {"share without its numerator": told & pl.col("share")}
    above, below, behind = pl.col("numerator"), pl.col("count"), pl.col("people_with")
    quotient = told & pl.col("scale").is_not_null()
    half = 0.5 * pl.lit(10.0).pow(-pl.col("decimals"))
    apart = (pl.col("value") - pl.col("shift") - pl.col("scale") * above / below).abs()
    answers = quotient & (pl.col("shift") != 0)
    top = -2 * pl.col("shift") / pl.col("scale")
    return {
        "share without its numerator": told & pl.col("share") & (pl.col("scale").is_null() | above.is_null()),
        "quotient without its parts": quotient & (above.is_null() | pl.col("decimals").is_null() | (below == 0)),
        "scale that is not positive": quotient & (pl.col("scale") <= 0),
        "quotient without its shift": quotient & pl.col("shift").is_null(),
        "shift of a share, or above nothing": answers & (pl.col("share") | (pl.col("shift") > 0)),
        "answers beyond the top of their scale": answers & (above > top * below + NEAR),
        "numerator negative, or of more things than are counted": (
            measured & ((above < 0) | (pl.col("share") & (above > below)))
        ),
        "numerator of fewer things than people": measured & (above < behind),
        "people outside the numerator without a thing outside it": (
            measured & (below - above < pl.col("people") - behind)
        ),
        "value that is not its numerator by its count": quotient & (apart > half + NEAR),
    }


def _circular(parents: Mapping[str, str]) -> set[str]:
    """Categories from which the way up never ends."""
    left = set(parents)
    while ending := {each for each in left if parents[each] not in left}:
        left -= ending
    return left


def _refuse(problem: str, count: int) -> None:
    if count:
        raise DisclosureError(problem, {"found": count})
