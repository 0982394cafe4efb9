"""How each body writes its clients down: what it asks, what it gets wrong, what it leaves out."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from flows.synthetic.membership import references
from flows.synthetic.names import Flags, Names, Numbers
from flows.synthetic.slips import familiar, initials, misspelt, wrong_dates, wrong_digit

ADDRESS: Final = ("house", "street", "place", "postcode", "uprn")


@dataclass(frozen=True)
class Habits:
    """What a body does to its clients' particulars; each figure is a share of its rows.

    Attributes:
        columns: what it asks for, in our names.
        missing: column to the share left empty, beside what the person does not have.
        misspelt: forename or surname with a slip, each.
        nickname: forename as friends say it, where it has such a form.
        initial: the first letter in place of the forename.
        exchanged: forename and surname in each other's place.
        former: the former name, where there is one; three times as often where it changed lately.
        wrong_dob: date of birth with a slip.
        old_home: the former address, where there is one.
        misspelt_street, wrong_postcode, wrong_number: slips in these.
        placeholder: a word or date that says nothing, in one of the fields.
        aliases: clients with a second row: another name or another address.
        twice: clients that are registered a second time, under another reference.
        capitals: names and places are written in capitals.
    """

    columns: tuple[str, ...]
    missing: dict[str, float] = field(default_factory=dict)
    misspelt: float = 0.0
    nickname: float = 0.0
    initial: float = 0.0
    exchanged: float = 0.0
    former: float = 0.0
    wrong_dob: float = 0.0
    old_home: float = 0.0
    misspelt_street: float = 0.0
    wrong_postcode: float = 0.0
    wrong_number: float = 0.0
    placeholder: float = 0.0
    aliases: float = 0.0
    twice: float = 0.0
    capitals: bool = False


HABITS: Final = {
    "housing": Habits(
        ("title", "first_name", "middle_name", "last_name", "dob", "sex", *ADDRESS, "nino"),
        missing={
            "middle_name": 0.5, "dob": 0.04, "sex": 0.03, "nino": 0.6, "postcode": 0.01, "uprn": 0.08,
            "title": 0.2,
        },
        misspelt=0.022, nickname=0.12, initial=0.015, exchanged=0.004, former=0.08, wrong_dob=0.015, old_home=0.06,
        misspelt_street=0.03, wrong_postcode=0.012, wrong_number=0.01, placeholder=0.006, aliases=0.04,
    ),
    "revenues": Habits(
        ("title", "first_name", "last_name", "dob", *ADDRESS),
        missing={"dob": 0.12, "uprn": 0.03, "title": 0.15},
        misspelt=0.015, nickname=0.05, initial=0.05, exchanged=0.003, former=0.07, wrong_dob=0.01, old_home=0.08,
        misspelt_street=0.012, wrong_postcode=0.006, wrong_number=0.004, placeholder=0.004,
    ),
    "benefits": Habits(
        ("first_name", "last_name", "dob", "sex", *ADDRESS, "nino"),
        missing={"sex": 0.01, "nino": 0.03, "uprn": 0.4},
        misspelt=0.01, nickname=0.03, initial=0.003, exchanged=0.002, former=0.06, wrong_dob=0.006, old_home=0.1,
        misspelt_street=0.015, wrong_postcode=0.008, wrong_number=0.005, placeholder=0.002,
    ),
    "adult_social_care": Habits(
        ("first_name", "middle_name", "last_name", "dob", "sex", *ADDRESS, "nhs_number"),
        missing={"middle_name": 0.6, "dob": 0.01, "nhs_number": 0.35, "uprn": 0.5, "postcode": 0.01},
        misspelt=0.014, nickname=0.1, initial=0.004, exchanged=0.003, former=0.05, wrong_dob=0.009, old_home=0.1,
        misspelt_street=0.02, wrong_postcode=0.01, wrong_number=0.008, placeholder=0.005, aliases=0.03,
    ),
    "nhs_trust": Habits(
        (
            "title", "first_name", "middle_name", "last_name", "dob", "sex",
            "house", "street", "place", "postcode", "nhs_number",
        ),
        missing={"middle_name": 0.3, "nhs_number": 0.04, "postcode": 0.004, "title": 0.4},
        misspelt=0.007, nickname=0.02, initial=0.001, exchanged=0.002, former=0.06, wrong_dob=0.004, old_home=0.3,
        misspelt_street=0.012, wrong_postcode=0.005, wrong_number=0.002, placeholder=0.003,
        aliases=0.1, twice=0.02,
    ),
    "prison": Habits(
        ("first_name", "last_name", "dob", "sex", "house", "street", "place", "postcode", "nhs_number", "nino"),
        missing={"house": 0.25, "street": 0.2, "place": 0.1, "postcode": 0.3, "nhs_number": 0.65, "nino": 0.55},
        misspelt=0.03, nickname=0.1, initial=0.004, exchanged=0.008, former=0.12, wrong_dob=0.03, old_home=0.5,
        misspelt_street=0.04, wrong_postcode=0.03, wrong_number=0.02, placeholder=0.012,
        aliases=0.3, capitals=True,
    ),
}  # fmt: skip
"""Housing and the prison keep the worst records, the trust the best; no figure is taken from a real body."""


def recorded(
    rng: Generator, body: str, people: pl.DataFrame, homes: pl.DataFrame, clients: Flags
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A body's people extract, and the truth about it.

    Args:
        rng: the source of chance.
        body: one of BODIES.
        people: as `population` gives them.
        homes: as `addresses` gives them; the homes of the people are its first rows.
        clients: who is a client, shape (people,).

    Returns:
        The extract in our columns and ISO dates, rows in random order, several for some clients; and one row
        per client: client_ref, person, index (its row in `people`).
    """
    habits = HABITS[body]
    first = np.flatnonzero(clients)
    second = first[rng.random(len(first)) < habits.twice]
    index = np.concatenate([first, second])
    copies = np.repeat([0, 1], [len(first), len(second)])
    client = references(body, people["person"].to_numpy()[index], copies)
    truth = pl.DataFrame(
        {
            "client_ref": pl.Series(client.tolist(), dtype=pl.String),
            "person": people["person"].to_numpy()[index],
            "index": index,
        }
    )

    again = np.flatnonzero(rng.random(len(index)) < habits.aliases)
    rows = np.concatenate([np.arange(len(index)), again])
    alias = np.arange(len(rows)) >= len(index)
    order = rng.permutation(len(rows))
    rows, alias = rows[order], alias[order]
    extract = written(rng, habits, people[index[rows]], homes, alias)
    return extract.insert_column(0, truth["client_ref"][rows]), truth


def written(rng: Generator, habits: Habits, rows: pl.DataFrame, homes: pl.DataFrame, alias: Flags) -> pl.DataFrame:
    """The particulars of each row as a body of such habits writes them.

    Args:
        rng: the source of chance.
        habits: of the body.
        rows: people as `population` gives them, one per row that is written.
        homes: as `addresses` gives them.
        alias: rows under another name or address, shape (rows,).

    Returns:
        The columns that the body asks for, dates as ISO; rows and their order stay.
    """
    count = rows.height

    def some(share: float | np.ndarray[tuple[int], np.dtype[np.float64]]) -> Numbers:
        return np.flatnonzero(rng.random(count) < share)

    column: dict[str, Names] = {
        name: np.array(rows[name].to_list(), dtype=object)
        for name in ("first_name", "middle_name", "last_name", "sex", "nhs_number", "nino")
    }
    column["title"] = _titles(rng, rows)
    former = np.array(rows["former_name"].to_list(), dtype=object)
    had = rows["former_name"].is_not_null().to_numpy()
    odds = habits.former * np.where(rows["recent"].to_numpy(), 3.0, 1.0)
    older = had & (rng.random(count) < np.where(alias, 0.7, odds))
    column["last_name"][older] = former[older]

    home, old_home = rows["home"].to_numpy(), rows["old_home"].fill_null(-1).to_numpy()
    moved = (old_home >= 0) & (rng.random(count) < np.where(alias, 0.8, habits.old_home))
    there = homes[np.where(moved, old_home, home)]
    column |= {name: np.array(there[name].to_list(), dtype=object) for name in ADDRESS}

    column["dob"] = np.array(rows["dob"].cast(pl.String).to_list(), dtype=object)
    for name, change, share in (
        ("first_name", familiar, np.where(alias, 0.5, habits.nickname)),
        ("first_name", misspelt, np.where(alias, 0.25, habits.misspelt)),
        ("last_name", misspelt, np.where(alias, 0.15, habits.misspelt)),
        ("street", misspelt, habits.misspelt_street),
        ("postcode", wrong_digit, habits.wrong_postcode),
        ("nhs_number", wrong_digit, habits.wrong_number),
        ("nino", wrong_digit, habits.wrong_number),
        ("uprn", wrong_digit, habits.wrong_number),
        ("house", wrong_digit, habits.wrong_number),
    ):
        chosen = some(share)
        column[name][chosen] = change(rng, column[name][chosen])
    chosen = some(np.where(alias, 0.1, habits.wrong_dob))
    column["dob"][chosen] = wrong_dates(rng, rows["dob"].to_numpy()[chosen])
    chosen = some(habits.initial)
    column["first_name"][chosen] = initials(column["first_name"][chosen])
    chosen = some(habits.exchanged)
    column["first_name"][chosen], column["last_name"][chosen] = (
        column["last_name"][chosen],
        column["first_name"][chosen],
    )
    _placeholders(rng, column, some(habits.placeholder), rows["age"].to_numpy())
    for name, share in habits.missing.items():
        column[name][some(share)] = None
    frame = pl.DataFrame({name: pl.Series(column[name].tolist(), dtype=pl.String) for name in habits.columns})
    if habits.capitals:
        frame = frame.with_columns(pl.col("first_name", "last_name", "street", "place").str.to_uppercase())
    return frame


def _titles(rng: Generator, rows: pl.DataFrame) -> Names:
    married, plain = rows["former_name"].is_not_null().to_numpy(), rng.random(rows.height)
    woman, child = (rows["sex"] == "F").to_numpy(), (rows["age"] < 16).to_numpy()
    return np.select(
        [~woman & child, ~woman, child, married & (plain < 0.8), plain < 0.5],
        ["Master", "Mr", "Miss", "Mrs", "Miss"],
        default="Ms",
    ).astype(object)


def _placeholders(rng: Generator, column: dict[str, Names], chosen: Numbers, age: Numbers) -> None:
    """Words that say nothing, in one field of each chosen row."""
    kinds = rng.integers(0, 4, len(chosen))
    column["dob"][chosen[kinds == 0]] = "1900-01-01"
    column["last_name"][chosen[kinds == 1]] = "UNKNOWN"
    column["postcode"][chosen[kinds == 2]] = "ZZ99 3VZ"
    newborn = chosen[kinds == 3]
    column["first_name"][newborn] = np.where(age[newborn] < 1, "BABY", "NOT KNOWN")
