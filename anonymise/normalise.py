"""Plain text to canonical text: one expression per kind of field."""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl
from stdnum.gb import nhs

from anonymise.words import (
    BARE_TITLES,
    HOUSE_WORDS,
    LETTERS,
    PLACEHOLDERS,
    PLACELESS,
    STREET_WORDS,
    SUFFIXES,
    TITLES,
)
from config.frames import PEOPLE

EARLIEST: Final = date(1900, 1, 2)
LATEST: Final = date(2100, 12, 31)
PLACEHOLDER_DATES: Final = (date(1901, 1, 1), date(1911, 11, 11))
"""Beside 1900-01-01: what clerks type for 'not known'."""

DATE_FORMATS: Final = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
)
"""Tried in this order after the body's own format."""

POSTCODE: Final = (
    r"^(GIR0AA"
    r"|[A-PR-UWYZ][0-9][0-9A-HJKPSTUW]?[0-9][ABD-HJLNP-UW-Z]{2}"
    r"|[A-PR-UWYZ][A-HK-Y][0-9][0-9ABEHMNPRVWXY]?[0-9][ABD-HJLNP-UW-Z]{2})$"
)
"""Source: BS 7666-0, as HM Government's bulk data transfer schema writes it."""

NINO: Final = r"^([A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6})[A-D]?$"
NINO_NEVER_ISSUED: Final = r"^(BG|GB|KN|NK|NT|TN|ZZ)"
"""Source: HM Revenue & Customs, National Insurance Manual, NIM39110."""


def normalise(people: pl.DataFrame, *, date_format: str = "%Y-%m-%d", latest: date = LATEST) -> pl.DataFrame:
    """Canonical text for each column; what means nothing becomes null. Rows and their order stay.

    Args:
        people: keeps PEOPLE.
        date_format: the body's own, tried before the common ones.
        latest: later dates of birth are impossible.

    Returns:
        PEOPLE again: names as lower-case letters, dates as YYYY-MM-DD, UK postcodes as 'AB1 2CD', ids without
        separators.
    """
    given = PEOPLE.shape(people.lazy()).collect()
    house, street = _house(pl.col("house")), _street(pl.col("street"))
    split = street.str.extract_groups(r"^(?<house>[0-9]+[a-z]?) (?<street>.*[a-z]{2}.*)$")
    within = house.is_null() & split.struct.field("house").is_not_null()
    canonical = given.with_columns(
        title=_words(pl.col("title")),
        first_name=_name(_words(pl.col("first_name"))),
        middle_name=_name(_words(pl.col("middle_name"))),
        last_name=_name(_without_honours(pl.col("last_name"))),
        sex=_sex(pl.col("sex")),
        house=pl.when(within).then(_house(split.struct.field("house"))).otherwise(house),
        street=pl.when(within).then(split.struct.field("street")).otherwise(street),
        place=_unless(_words(pl.col("place")), PLACELESS),
        postcode=_postcode(pl.col("postcode")),
        nino=_nino(pl.col("nino")),
        uprn=_uprn(pl.col("uprn")),
        ssn=_shared_id(pl.col("ssn")),
    )
    return canonical.with_columns(
        _dates(given["dob"], date_format, latest),
        _checked(given.select(_ten_digits(pl.col("nhs_number"))).to_series(), nhs.is_valid),
    )


def _folded(text: pl.Expr) -> pl.Expr:
    """Compatibility forms, case and accents away."""
    plain = text.str.normalize("NFKC").str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return plain.str.replace_many(list(LETTERS), list(LETTERS.values())).str.normalize("NFKC").str.to_lowercase()


def _words(text: pl.Expr) -> pl.Expr:
    """Lower-case words of letters and digits with single spaces; apostrophes join."""
    joined = _folded(text).str.replace_all(r"['`\x{2019}\x{B4}\x{2BC}]", "")
    spaced = joined.str.replace_all(r"[^\p{L}\p{Nd}]+", " ").str.strip_chars(" ")
    return _given(spaced)


def _given(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def _unless(text: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    return pl.when(~text.str.replace_all(" ", "").is_in(words)).then(text)


def name_words(people: pl.DataFrame) -> pl.DataFrame:
    """The words of first and last names, lower-case with single spaces, titles and honours away.

    Args:
        people: keeps PEOPLE.
    """
    return people.select(
        first_name=_untitled(_words(pl.col("first_name"))),
        last_name=_untitled(_without_honours(pl.col("last_name"))),
    )


def _untitled(words: pl.Expr) -> pl.Expr:
    letters = words.str.replace_all(r"\p{Nd}", "").str.replace_all(" +", " ").str.strip_chars(" ")
    return letters.str.replace(rf"^((?:{'|'.join(TITLES)}) )+", "")


def _without_honours(text: pl.Expr) -> pl.Expr:
    return _words(text).str.replace(rf"( +(?:{'|'.join(SUFFIXES)}))+$", "")


def _name(words: pl.Expr) -> pl.Expr:
    letters = _untitled(words).str.replace_all(" ", "")
    placeholder = letters.is_in((*PLACEHOLDERS, *BARE_TITLES)) | letters.str.contains(r"^(x{2,}|z{2,}|a{3,})$")
    return _given(pl.when(~placeholder).then(letters))


def _sex(text: pl.Expr) -> pl.Expr:
    word = _words(text)
    male, female = word.is_in(["m", "male", "man", "boy", "1"]), word.is_in(["f", "female", "woman", "girl", "2"])
    return pl.when(male).then(pl.lit("m")).when(female).then(pl.lit("f"))


def _house(text: pl.Expr) -> pl.Expr:
    words = _words(text)
    for short, full in HOUSE_WORDS.items():
        words = words.str.replace_all(rf"\b{short}\b", full)
    joined = words.str.replace_all(r"([0-9]) ([a-z])\b", "$1$2").str.replace_all(r"\b0+([0-9])", "$1")
    return _given(joined.str.replace_all(" +", " ").str.strip_chars(" "))


def _street(text: pl.Expr) -> pl.Expr:
    words = _words(text).str.replace(r"^([0-9]+[a-z]? )?st ", "${1}saint ")
    last = words.str.extract(r"([^ ]+)$")
    full = last.replace(list(STREET_WORDS), list(STREET_WORDS.values()))
    whole = words.str.replace(r"[^ ]+$", "") + full
    return _unless(whole, PLACELESS)


def _postcode(text: pl.Expr) -> pl.Expr:
    """'AB1 2CD' where the UK's rules hold; other codes as letters and digits, in upper case."""
    code = _compact(text)
    uk = code.str.contains(POSTCODE)
    spaced = code.str.replace(r"^(.*)(...)$", "$1 $2")
    placeless = code.str.starts_with("ZZ99") | _repeated(code) | code.is_in([each.upper() for each in PLACELESS])
    usable = code.str.contains(r"[0-9]") & (code.str.len_chars() >= 3) & ~placeless
    return pl.when(usable & uk).then(spaced).when(usable).then(code)


def _compact(text: pl.Expr) -> pl.Expr:
    return _given(_folded(text).str.to_uppercase().str.replace_all(r"[^A-Z0-9]", ""))


def _repeated(code: pl.Expr) -> pl.Expr:
    return code == code.str.head(1).repeat_by(code.str.len_chars()).list.join("")


def _nino(text: pl.Expr) -> pl.Expr:
    """Without its suffix letter, which many records lack."""
    code = _compact(text)
    return pl.when(~code.str.contains(NINO_NEVER_ISSUED)).then(code.str.extract(NINO))


def _uprn(text: pl.Expr) -> pl.Expr:
    digits = _compact(text).str.extract(r"^0*([1-9][0-9]{0,11})$")
    return pl.when((digits.str.len_chars() < 4) | ~_repeated(digits)).then(digits)


def _shared_id(text: pl.Expr) -> pl.Expr:
    code = _compact(text)
    return pl.when((code.str.len_chars() >= 4) & ~_repeated(code)).then(code)


def _ten_digits(text: pl.Expr) -> pl.Expr:
    digits = _compact(text).str.extract(r"^([0-9]{10})$")
    return pl.when(~_repeated(digits)).then(digits)


def _checked(values: pl.Series, valid: Callable[[str], bool]) -> pl.Series:
    """Values that pass a check rule written in Python, each distinct one asked once."""
    distinct = values.drop_nulls().unique()
    passed = distinct.filter(pl.Series([valid(value) for value in distinct], dtype=pl.Boolean))
    return values.replace_strict(passed, passed, default=None, return_dtype=pl.String)


def _dates(values: pl.Series, date_format: str, latest: date) -> pl.Series:
    distinct = values.drop_nulls().unique()
    text = distinct.str.strip_chars().str.replace(r"^(\d{4}-\d{2}-\d{2})[T ].*$", "$1").to_frame("text")
    read = pl.coalesce(
        pl.col("text").str.to_date(each, strict=False) for each in dict.fromkeys((date_format, *DATE_FORMATS))
    )
    possible = read.is_between(EARLIEST, latest) & ~read.is_in(PLACEHOLDER_DATES)
    dates = text.select(pl.when(possible).then(read).dt.to_string("%Y-%m-%d").alias("date"))["date"]
    return values.replace_strict(distinct, dates, default=None, return_dtype=pl.String)
