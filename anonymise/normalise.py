"""Plain text to canonical text: one expression per kind of field, worked out once for each distinct value."""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

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

NUMBER_FIRST: Final = r"^([0-9]+[a-z]?) (.*[a-z]{2}.*)$"
"""A street with the house's number before it."""


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
    home = pl.DataFrame([given["house"], given["street"]])
    home = home.with_columns(
        _per_distinct(home["house"], _house),
        _per_distinct(home["street"], _street),
        _per_distinct(home["street"], _number_in_street).alias("number"),
        _per_distinct(home["street"], _street_after_number).alias("rest"),
    )
    within = pl.col("house").is_null() & pl.col("number").is_not_null()
    return given.with_columns(
        _per_distinct(given["title"], _words),
        _per_distinct(given["first_name"], _forename),
        _per_distinct(given["middle_name"], _forename),
        _per_distinct(given["last_name"], _surname),
        _dates(given["dob"], date_format, latest),
        _per_distinct(given["sex"], _sex),
        *home.select(
            house=pl.when(within).then("number").otherwise("house"),
            street=pl.when(within).then("rest").otherwise("street"),
        ),
        _per_distinct(given["place"], _place),
        _per_distinct(given["postcode"], _postcode),
        _checked(_per_distinct(given["nhs_number"], _ten_digits)),
        _per_distinct(given["nino"], _nino),
        _per_distinct(given["uprn"], _uprn),
        _per_distinct(given["ssn"], _shared_id),
    )


def name_words(people: pl.DataFrame) -> pl.DataFrame:
    """The words of first and last names, lower-case with single spaces, titles and honours away.

    Args:
        people: keeps PEOPLE.
    """
    return pl.DataFrame(
        [
            _per_distinct(people["first_name"], lambda text: _untitled(_words(text))),
            _per_distinct(people["last_name"], lambda text: _untitled(_without_honours(text))),
        ]
    )


def _per_distinct(values: pl.Series, canonical: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """What an expression over folded text makes of each value; null of null.

    Folding leaves nothing of ASCII to change but its case, and nearly all text is ASCII. Where hardly any value
    stands twice, as with ids, putting values together costs more than it saves.
    """
    given = pl.col("given")
    distinct = values.drop_nulls().unique().to_frame("given")
    if 2 * distinct.height > values.len() and (values.str.len_bytes() == values.str.len_chars()).all():
        lower = values.str.to_lowercase().to_frame("text")
        return lower.lazy().select(canonical(pl.col("text")).alias(values.name)).collect().to_series()
    ascii_only = given.str.len_bytes() == given.str.len_chars()
    folded = pl.concat(
        [
            distinct.filter(ascii_only).with_columns(text=given.str.to_lowercase()),
            distinct.filter(~ascii_only).with_columns(text=_folded(given)),
        ]
    )
    # Lazy, so that what stands several times in the expression is worked out once.
    table = folded.lazy().select("given", canonical(pl.col("text")).alias("made")).collect()
    made = values.to_frame("given").join(table, on="given", how="left", maintain_order="left")["made"]
    return made.alias(values.name)


def _folded(text: pl.Expr) -> pl.Expr:
    """Compatibility forms, case and accents away."""
    plain = text.str.normalize("NFKC").str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return plain.str.replace_many(list(LETTERS), list(LETTERS.values())).str.normalize("NFKC").str.to_lowercase()


def _words(folded: pl.Expr) -> pl.Expr:
    """Words of letters and digits with single spaces; apostrophes join."""
    joined = folded.str.replace_all(r"['`\x{2019}\x{B4}\x{2BC}]", "")
    spaced = joined.str.replace_all(r"[^\p{L}\p{Nd}]+", " ").str.strip_chars(" ")
    return _given(spaced)


def _given(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def _unless(text: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    return pl.when(~text.str.replace_all(" ", "").is_in(words)).then(text)


def _forename(text: pl.Expr) -> pl.Expr:
    return _name(_words(text))


def _surname(text: pl.Expr) -> pl.Expr:
    return _name(_without_honours(text))


def _untitled(words: pl.Expr) -> pl.Expr:
    letters = words.str.replace_all(r"\p{Nd}", "").str.replace_all(" +", " ").str.strip_chars(" ")
    return letters.str.replace(rf"^((?:{'|'.join(TITLES)}) )+", "")


def _without_honours(text: pl.Expr) -> pl.Expr:
    return _words(text).str.replace(rf"( +(?:{'|'.join(SUFFIXES)}))+$", "")


def _name(words: pl.Expr) -> pl.Expr:
    letters = _untitled(words).str.replace_all(" ", "")
    placeholder = letters.is_in((*PLACEHOLDERS, *BARE_TITLES)) | letters.str.contains(r"^(x{2,}|z{2,}|a{3,})$")
    return _given(pl.when(~placeholder).then(letters))


def _place(text: pl.Expr) -> pl.Expr:
    return _unless(_words(text), PLACELESS)


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


def _number_in_street(text: pl.Expr) -> pl.Expr:
    return _house(_street(text).str.extract(NUMBER_FIRST))


def _street_after_number(text: pl.Expr) -> pl.Expr:
    return _street(text).str.extract(NUMBER_FIRST, 2)


def _postcode(text: pl.Expr) -> pl.Expr:
    """'AB1 2CD' where the UK's rules hold; other codes as letters and digits, in upper case."""
    code = _compact(text)
    uk = code.str.contains(POSTCODE)
    spaced = code.str.replace(r"^(.*)(...)$", "$1 $2")
    placeless = code.str.starts_with("ZZ99") | _repeated(code) | code.is_in([each.upper() for each in PLACELESS])
    usable = code.str.contains(r"[0-9]") & (code.str.len_chars() >= 3) & ~placeless
    return pl.when(usable & uk).then(spaced).when(usable).then(code)


def _compact(text: pl.Expr) -> pl.Expr:
    return _given(text.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", ""))


def _repeated(code: pl.Expr) -> pl.Expr:
    return code.str.strip_chars(code.str.head(1)) == ""


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


def _checked(ten_digits: pl.Series) -> pl.Series:
    """NHS numbers whose digits, weighed by 10 down to 1, add up to a multiple of 11.

    Source: NHS Data Dictionary, NHS number.
    """
    number = pl.col("number")
    weighed = pl.sum_horizontal(number // 10**place % 10 * (place + 1) for place in range(10))
    kept = ten_digits.cast(pl.Int64).to_frame("number").select(weighed % 11 == 0).to_series()
    return pl.select(pl.when(kept).then(ten_digits).alias(ten_digits.name)).to_series()


def _dates(values: pl.Series, date_format: str, latest: date) -> pl.Series:
    distinct = values.drop_nulls().unique()
    text = distinct.str.strip_chars().str.replace(r"^(\d{4}-\d{2}-\d{2})[T ].*$", "$1")
    read = text.str.to_date(date_format, strict=False)
    for other in DATE_FORMATS:
        unread = text.filter(read.is_null())
        if unread.is_empty():
            break
        read = read.scatter(read.is_null().arg_true(), unread.str.to_date(other, strict=False))
    possible = read.is_between(EARLIEST, latest) & ~read.is_in(PLACEHOLDER_DATES)
    dates = pl.select(pl.when(possible).then(read).dt.to_string("%Y-%m-%d")).to_series()
    return values.replace_strict(distinct, dates, default=None, return_dtype=pl.String)
