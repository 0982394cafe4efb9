"""What a value may look like: tests on text that say yes or no, and never what the value was."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from anonymise.normalise import NINO, POSTCODE

GIVEN: Final = "given"
"""Column of a piece: the field's text without blanks around it, null where it is empty."""

DATE_FORMATS: Final = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y",
    "%d-%b-%Y", "%d %B %Y",
)  # fmt: skip
TIME_FORMATS: Final = (
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M",
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%.f%z",
)  # fmt: skip
DATE, TIME = "date ", "time "
"""Before a format, in the name of a shape."""
NHS_VALID: Final = "NHS number with a valid check digit"

given = pl.col(GIVEN)
bare = given.str.to_uppercase().str.replace_all(r"[\s-]", "")


def _check_digit() -> pl.Expr:
    """Modulus 11 over the first nine digits, weights 10 down to 2 (NHS Data Dictionary, NHS NUMBER)."""
    total = sum(
        (bare.str.slice(place, 1).cast(pl.Int32, strict=False) * (10 - place) for place in range(9)),
        pl.lit(0, pl.Int32),
    )
    check = (11 - total % 11) % 11
    return (check == bare.str.slice(9, 1).cast(pl.Int32, strict=False)) & bare.str.contains(r"^[0-9]{10}$")


def _moment(form: str) -> pl.Expr:
    """True where the text is of this format and says a year that somebody may live in."""
    read = given.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC" if "%z" in form else None)
    return read.dt.year().is_between(1850, 2200) & given.str.contains(r"^[0-9]{1,4}\D?")


SHAPES: Final[Mapping[str, pl.Expr]] = {
    "yes or no": given.str.contains(r"(?i)^(true|false|yes|no|y|n|t|f)$"),
    "NHS-number-like": given.str.contains(r"^[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}$"),
    NHS_VALID: _check_digit(),
    "NINO-like": bare.str.contains(NINO),
    "postcode-like": bare.str.contains(POSTCODE),
    "email-like": given.str.contains(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    "phone-like": given.str.contains(r"^(\+|00?)[0-9][0-9 ()-]{8,16}$"),
    **{DATE + form: _moment(form) for form in DATE_FORMATS},
    **{TIME + form: _moment(form) for form in TIME_FORMATS},
    "whole number": given.str.contains(r"^[+-]?[0-9]{1,18}$"),
    "number with zeros in front": given.str.contains(r"^0[0-9]{1,17}$"),
    "decimal number": given.str.contains(r"^[+-]?[0-9]{1,3}([0-9]*|(,[0-9]{3})*)\.[0-9]+$"),
    "decimal number with a comma": given.str.contains(r"^[+-]?[0-9]{1,3}([0-9]*|(\.[0-9]{3})*),[0-9]+$"),
    "name-like": given.str.contains(r"^\p{L}[\p{L}\p{M}'\u{2019} .-]{0,40}$"),
    "long text": given.str.len_chars() > 60,
}
"""Name to a test; null and false are no."""
