"""The fields that records are compared on, and each field's levels from strongest to weakest.

A level is a feature on which two values may agree. A field's *level of agreement* is the first level of
its tuple on which both records agree; the last resort, agreeing on none, is called `DIFFERENT`.
"""

from typing import Final

LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "first_name": ("exact", "nickname", "sound", "first3", "sorted", "last3"),
    "middle_name": ("exact", "initial"),
    "last_name": ("exact", "sound", "first3", "sorted", "last3"),
    "dob": ("exact", "swapped", "year_month", "year_day", "month_day", "year"),
    "sex": ("exact",),
    "address": ("exact", "street"),
    "postcode": ("unit", "sector", "district"),
    "place": ("exact",),
    "nhs_number": ("exact",),
    "nino": ("exact",),
    "uprn": ("exact",),
    "ssn": ("exact",),
}
"""Field to levels, strongest first. `address` is house and street; `ssn` stands for any other shared id."""

DIFFERENT: Final = "different"

CROSSED: Final = "names.crossed"
"""Feature of both names together, in alphabetical order: agrees where the two are swapped."""

PEOPLE_COLUMNS: Final[tuple[str, ...]] = (
    "client_ref", "title", "first_name", "middle_name", "last_name", "dob", "sex",
    "house", "street", "place", "postcode", "nhs_number", "nino", "uprn", "ssn",
)  # fmt: skip
"""Columns of a people extract after mapping; all text. Only `client_ref` is mandatory. Several rows per
client are allowed: aliases, former names, former addresses."""
