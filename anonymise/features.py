"""Canonical text to comparable features: exact, nickname, sound, parts, date parts."""

from collections.abc import Callable
from typing import Final

import polars as pl
from doublemetaphone import doublemetaphone

from anonymise.forenames import standing_names
from anonymise.versions import numbered
from config.fields import CROSSED, LEVELS

FEATURES: Final = (*(f"{field}.{level}" for field, levels in LEVELS.items() for level in levels), CROSSED)
"""Every feature's column, fields in the order of LEVELS."""


def features(canonical: pl.DataFrame) -> pl.DataFrame:
    """The features of each recorded version of a client.

    Args:
        canonical: as `normalise` gives it.

    Returns:
        `client_ref`, `row` (Int32; numbers a client's distinct versions from 0, in the order of their features)
        and one text column per feature, named 'field.level'; null where it cannot be had. Versions whose
        features are all equal stand once. The order of `canonical` makes no difference.
    """
    wide = pl.concat(
        [
            canonical.select("client_ref"),
            _per_value(canonical["first_name"], _forename),
            _per_value(canonical["middle_name"], _middle_name),
            _per_value(canonical["last_name"], _surname),
            _per_value(canonical["dob"], _date_of_birth),
            canonical.select(pl.col("sex").alias("sex.exact")),
            canonical.select(_address(pl.col("house"), pl.col("street"))),
            _per_value(canonical["postcode"], _area),
            canonical.select(
                pl.col("place").str.replace_all(" ", "").alias("place.exact"),
                *(pl.col(field).alias(f"{field}.exact") for field in ("nhs_number", "nino", "uprn", "ssn")),
                _both_names().alias(CROSSED),
            ),
        ],
        how="horizontal",
    ).select("client_ref", *FEATURES)
    return numbered(wide, "client_ref")


def _per_value(values: pl.Series, levels: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Features of one column, worked out once for each distinct value."""
    distinct = values.drop_nulls().unique().to_frame("value")
    table = pl.concat([distinct, levels(distinct)], how="horizontal")
    return values.to_frame("value").join(table, on="value", how="left", maintain_order="left").drop("value")


def _forename(distinct: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("value")
    standing = standing_names()
    return distinct.select(
        name.alias("first_name.exact"),
        name.replace(list(standing), list(standing.values())).alias("first_name.nickname"),
        _sound(distinct["value"]).alias("first_name.sound"),
        name.str.head(3).alias("first_name.first3"),
        _sorted_letters(distinct["value"]).alias("first_name.sorted"),
        name.str.tail(3).alias("first_name.last3"),
    )


def _middle_name(distinct: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("value")
    return distinct.select(name.alias("middle_name.exact"), name.str.head(1).alias("middle_name.initial"))


def _surname(distinct: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("value")
    return distinct.select(
        name.alias("last_name.exact"),
        _sound(distinct["value"]).alias("last_name.sound"),
        name.str.head(3).alias("last_name.first3"),
        _sorted_letters(distinct["value"]).alias("last_name.sorted"),
        name.str.tail(3).alias("last_name.last3"),
    )


def _sound(names: pl.Series) -> pl.Series:
    """Primary code of double metaphone; null for letters that it does not know.

    Source: Philips (2000), The Double Metaphone Search Algorithm, C/C++ Users Journal 18(6).
    """
    return pl.Series([doublemetaphone(name)[0] or None for name in names], dtype=pl.String)


def _sorted_letters(names: pl.Series) -> pl.Series:
    return pl.Series(["".join(sorted(name)) for name in names], dtype=pl.String)


def _date_of_birth(distinct: pl.DataFrame) -> pl.DataFrame:
    whole = pl.col("value")
    year, month, day = whole.str.slice(0, 4), whole.str.slice(5, 2), whole.str.slice(8, 2)
    return distinct.select(
        whole.alias("dob.exact"),
        pl.concat_str(year, pl.min_horizontal(month, day), pl.max_horizontal(month, day)).alias("dob.swapped"),
        pl.concat_str(year, month).alias("dob.year_month"),
        pl.concat_str(year, day).alias("dob.year_day"),
        pl.concat_str(month, day).alias("dob.month_day"),
        year.alias("dob.year"),
    )


def _address(house: pl.Expr, street: pl.Expr) -> list[pl.Expr]:
    """The house without a street says nothing; spaces make no difference."""
    bare = street.str.replace_all(" ", "")
    return [(house + ", " + bare).alias("address.exact"), bare.alias("address.street")]


def _area(distinct: pl.DataFrame) -> pl.DataFrame:
    """Unit, sector and district: of about 40, 6,000 and 22,000 people.

    Other countries' codes stand where their size belongs: five characters or fewer (Australian, German,
    American) cover some thousand people, like a sector; longer ones (Canadian, Dutch) some dozen, like a unit.
    A part of a UK code stands for what it says.
    """
    code = pl.col("value")
    uk = code.str.contains(" ")
    district = code.str.extract(r"^[A-Z]{1,2}[0-9][0-9A-Z]?$", 0)
    long = code.str.len_chars() > 5
    return distinct.select(
        pl.when(uk | long).then(code).alias("postcode.unit"),
        pl.when(uk)
        .then(code.str.head(-2))
        .when(district.is_null())
        .then(code.str.head(5))
        .alias("postcode.sector"),
        pl.when(uk)
        .then(code.str.extract(r"^([^ ]+)"))
        .when(district.is_null())
        .then(code.str.head(3))
        .otherwise(district)
        .alias("postcode.district"),
    )


def _both_names() -> pl.Expr:
    """Both names in alphabetical order; a comma cannot stand in a name."""
    first, last = pl.col("first_name"), pl.col("last_name")
    return pl.when(first <= last).then(first + "," + last).otherwise(last + "," + first)
