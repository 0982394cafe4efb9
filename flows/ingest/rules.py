"""What a row must keep, whatever it says: present, short, free of control characters; and what is only flagged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from flows.ingest.header import Expected

IDS: Final = ("client_ref", "case_ref", "event_id")
"""Columns that name something; kept to the letter, so nothing that cannot be seen may stand in them."""

CONTROL: Final = r"[\p{Cc}--[\t\n\r]]"
CONTROL_IN_ID: Final = r"\p{Cc}"
LATIN: Final = r"\p{Latin}"
LOOKALIKE: Final = r"[\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}\p{Coptic}\p{Lisu}]"
"""Alphabets with letters that look Latin (Unicode Technical Standard 39, section 5)."""


@dataclass(frozen=True)
class Kind:
    """How files of one kind are read.

    Attributes:
        name: people or events.
        patterns: where the files lie, below the body's folder.
        expected: columns.
        dates: ours → format, of columns that hold a date or time.
        whole: ours that hold whole numbers.
        letters: ours that are kept to the letter; every other column is parsed or looked up in a list.
        first: expressions that others build on.
        typed: from the columns that a file supplies to the expressions of the frame's columns.
        doubt: from the same to cheap expressions; one of them is true on each row that breaks one of `rules`.
        rules: from the same to named expressions, true on a row that breaks the rule and never null.
        flagged: named expressions, true on a row that deserves a look but is kept.

    The expressions read ours as text from columns named by `text`, empty fields as null. Rules are costly and few
    rows break one, so they are asked only of rows in doubt.
    """

    name: str
    patterns: tuple[str, ...]
    expected: Expected
    dates: Mapping[str, str]
    whole: tuple[str, ...]
    letters: tuple[str, ...]
    first: tuple[pl.Expr, ...]
    typed: Callable[[Sequence[str]], list[pl.Expr]]
    doubt: Callable[[Sequence[str]], list[pl.Expr]]
    rules: Callable[[Sequence[str]], dict[str, pl.Expr]]
    flagged: Mapping[str, pl.Expr]


def text(ours: str) -> pl.Expr:
    """A column of ours as the extract has it."""
    return pl.col(f"{ours}.text")


def as_text(columns: Mapping[str, str], constants: Mapping[str, str]) -> list[pl.Expr]:
    """Columns of ours as text, from those of a file (theirs → ours) and from constants."""
    read = [
        pl.when(pl.col(theirs) != "").then(pl.col(theirs)).alias(f"{ours}.text")
        for theirs, ours in columns.items()
    ]
    return [*read, *(pl.lit(word).alias(f"{ours}.text") for ours, word in constants.items())]


def missing(ours: str) -> pl.Expr:
    """True where a mandatory field is empty or blank."""
    blank = text(ours).str.strip_chars() == ""
    return text(ours).is_null() | blank.fill_null(value=True)


def breaks(given: pl.Expr, kept: pl.Expr) -> pl.Expr:
    """True where something is given and the rule is not surely kept."""
    return given.is_not_null() & ~kept.fill_null(value=False)


def text_rules(supplied: Sequence[str], characters: int) -> dict[str, pl.Expr]:
    """Rules of every text column: not too long."""
    return {
        f"{ours}: longer than {characters} characters": breaks(
            text(ours), text(ours).str.len_chars() <= characters
        )
        for ours in supplied
    }


def control_rules(supplied: Sequence[str]) -> dict[str, pl.Expr]:
    """Rules of text that is not plain ASCII: no control characters; line ends and tabs only outside ids."""
    return {
        f"{ours}: control character": breaks(
            text(ours), ~text(ours).str.contains(CONTROL_IN_ID if ours in IDS else CONTROL)
        )
        for ours in supplied
    }


def repeated_header(columns: Mapping[str, str]) -> dict[str, pl.Expr]:
    """True on a row that is the header once more, as joined files have it."""
    same = [text(ours).str.strip_chars().eq_missing(pl.lit(theirs.strip())) for theirs, ours in columns.items()]
    return {"row: the header repeated": pl.all_horizontal(same)}


def text_doubt(letters: Sequence[str], columns: Mapping[str, str], characters: int) -> list[pl.Expr]:
    """Cheap expressions, one of them true on each row that may break a rule of text; controls apart."""
    theirs, ours = next(iter(columns.items()))
    header = [text(ours).str.contains(theirs.strip(), literal=True)]
    long = [text(each).str.len_bytes() > characters for each in letters]
    ids = [each for each in IDS if each in letters]
    return header + long + [text(each).str.starts_with(" ") for each in ids]


def unusual(letters: Sequence[str]) -> pl.Expr:
    """True on a row that holds more than ASCII in a column kept to the letter."""
    return pl.any_horizontal(text(each).str.len_bytes() != text(each).str.len_chars() for each in letters)


def looks(supplied: Sequence[str]) -> dict[str, pl.Expr]:
    """What a reader would not see: letters of two alphabets in one field, invisible or damaged characters."""
    found: dict[str, pl.Expr] = {}
    for ours in supplied:
        found |= {
            f"{ours}: alphabets mixed": text(ours).str.contains(LATIN) & text(ours).str.contains(LOOKALIKE),
            f"{ours}: invisible character": text(ours).str.contains(r"\p{Cf}"),
            f"{ours}: damaged character": text(ours).str.contains("\ufffd"),
            f"{ours}: compatibility form": text(ours) != text(ours).str.normalize("NFKC"),
        }
    return found


def edges(supplied: Sequence[str]) -> dict[str, pl.Expr]:
    """Ids with blanks around them: kept, though they may have been meant to equal one without."""
    return {
        f"{ours}: blank at the edge": text(ours).str.strip_chars() != text(ours)
        for ours in IDS
        if ours in supplied
    }
