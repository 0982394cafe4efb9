"""Names of several words, such as 'Smith-Jones' or 'Anna Maria': further versions of a client that hold one part.

Who is Smith-Jones here is Smith or Jones elsewhere. Tokens of whole names would never meet.
"""

from itertools import pairwise
from typing import Final

import polars as pl

from anonymise.features import features
from anonymise.normalise import name_words
from anonymise.versions import numbered
from anonymise.words import BARE_TITLES, PLACEHOLDERS

MOST_VERSIONS: Final = 4
"""Versions of one row at most, the row as it stands among them."""

PARTICLES: Final = (
    "van", "von", "vander", "vande", "vanden", "den", "der", "ter", "ten", "te", "op", "zu", "zum", "zur", "af",
    "av", "de", "del", "della", "dello", "dei", "degli", "di", "da", "das", "do", "dos", "du", "des", "d", "la",
    "le", "lo", "las", "los", "les", "l", "san", "santa", "santo", "sao", "o", "mc", "mac", "fitz", "ap", "ab",
    "st", "saint", "al", "el", "abu", "abd", "ibn", "bin", "bint",
)  # fmt: skip
"""Belong to the word after them: 'van der Berg' is one name, and so are 'O Brien' and 'al Hassan'."""

LINKS: Final = ("ul", "ur", "uz", "ud", "us")
"""Belong to both the words beside them: 'Zia ul Haq'."""

CONNECTORS: Final = ("y", "e", "i", "and", "und", "et")
"""Stand between two surnames and belong to neither: 'Ortega y Gasset'."""

LEAST_LETTERS: Final = 2
"""A single letter is an initial, not a part."""


def parts(words: str) -> tuple[str, ...]:
    """The names that a name of several words is made of; none where it is one name.

    Args:
        words: lower-case words with single spaces.
    """
    merged = [""]
    given = words.split()
    for word, following in pairwise([*given, ""]):
        if word in CONNECTORS and merged != [""] and following:
            continue
        merged[-1] += word
        if following and not (word in PARTICLES or word in LINKS or following in LINKS):
            merged.append("")
    kept = [name for name in merged if len(name) >= LEAST_LETTERS and name not in (*PLACEHOLDERS, *BARE_TITLES)]
    return tuple(dict.fromkeys(kept)) if len(merged) > 1 else ()


def compound_versions(people: pl.DataFrame, canonical: pl.DataFrame) -> pl.DataFrame:
    """Further versions of the rows whose first or last name has parts: one with each end of the name.

    A middle part stands in none, and where both names have parts only the first forename does, so that a row
    gives at most `MOST_VERSIONS` - 1.

    Args:
        people: keeps PEOPLE.
        canonical: the same rows, as `normalise` gives them.

    Returns:
        Rows like those of `canonical`; none that equals the row that it comes from.
    """
    # Letters alone are one word, and most names are.
    spaced = people.select(
        pl.any_horizontal(pl.col("first_name", "last_name").str.contains("[^A-Za-z]")).fill_null(value=False)
    ).to_series()
    people, canonical = people.filter(spaced), canonical.filter(spaced)
    words = name_words(people)
    ends = pl.concat(
        [_ends(words["first_name"], canonical["first_name"]), _ends(words["last_name"], canonical["last_name"])],
        how="horizontal",
    )
    several = ends.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    rows = pl.concat([canonical.filter(several), ends.filter(several)], how="horizontal")
    one_surname = pl.col("last_name_first").is_null() & pl.col("last_name_last").is_null()
    wanted = {
        ("first_name", "first"): pl.lit(value=True),
        ("first_name", "last"): one_surname,
        ("last_name", "first"): pl.lit(value=True),
        ("last_name", "last"): pl.lit(value=True),
    }
    versions = [
        rows.filter(condition, pl.col(f"{name}_{end}").is_not_null()).with_columns(
            pl.col(f"{name}_{end}").alias(name)
        )
        for (name, end), condition in wanted.items()
    ]
    return pl.concat(versions).select(canonical.columns)


def with_parts(recorded: pl.DataFrame, people: pl.DataFrame, canonical: pl.DataFrame) -> pl.DataFrame:
    """The features of all recorded versions of each client, and of those with a part of a name.

    Args:
        recorded: from `features.features`, of `canonical`; all its features, or those of interest alone.
        people: keeps PEOPLE.
        canonical: the same rows, as `normalise` gives them.

    Returns:
        As `features.features` gives them, with the columns of `recorded`.
    """
    further = features(compound_versions(people, canonical)).select(recorded.columns)
    if further.is_empty():
        return recorded
    concerned = recorded["client_ref"].is_in(further["client_ref"].unique().implode())
    mixed = numbered(pl.concat([recorded.filter(concerned), further]).drop("row"), "client_ref")
    return pl.concat([recorded.filter(~concerned), mixed]).sort("client_ref", maintain_order=True)


def _ends(words: pl.Series, whole: pl.Series) -> pl.DataFrame:
    """First and last part of each name; null where there is none, and the last where it is the first."""
    name = whole.name
    compound = words.is_not_null() & whole.is_not_null() & words.str.contains(" ", literal=True)
    distinct = words.filter(compound).unique()
    found = {text: parts(text) for text in distinct}
    table = pl.DataFrame(
        {
            "words": distinct,
            f"{name}_first": [each[0] if each else None for each in found.values()],
            f"{name}_last": [each[-1] if len(each) > 1 else None for each in found.values()],
        },
        schema_overrides={"words": pl.String, f"{name}_first": pl.String, f"{name}_last": pl.String},
    )
    usable = pl.DataFrame({"words": words, "whole": whole, "compound": compound}).with_columns(
        pl.when("compound").then("words").alias("words")
    )
    joined = usable.join(table, on="words", how="left", maintain_order="left")
    # A part that is the whole (what remained was an initial or a placeholder) says nothing new.
    return joined.select(
        pl.when(pl.col(column) != pl.col("whole")).then(column).alias(column)
        for column in (f"{name}_first", f"{name}_last")
    )
