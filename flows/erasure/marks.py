"""Which rows are of an erased client: told by a keyed mark, so that the list itself names nobody."""

from dataclasses import dataclass

import polars as pl

from anonymise.keys import Secret
from anonymise.pseudonyms import keyed_ids


@dataclass(frozen=True)
class Marks:
    """The clients whom a body has erased.

    Attributes:
        known: their marks, 32 hexadecimal digits each.
        secret: the body's record key; None where nobody is erased.
        project: marks of two projects have nothing in common.
    """

    known: frozenset[str] = frozenset()
    secret: Secret | None = None
    project: str = ""

    def named_by(self, refs: pl.Series) -> pl.Series:
        """True for each reference of an erased client; an empty one is nobody's.

        Args:
            refs: client references as a file has them, repeats and nulls allowed.
        """
        if not self.known or self.secret is None:
            return pl.Series([False]).new_from_index(0, refs.len())
        made = marks_of(refs, self.secret, self.project)
        return made.is_in(pl.Series(sorted(self.known)).implode()).fill_null(value=False)


NOBODY = Marks()


def marks_of(refs: pl.Series, secret: Secret, project: str) -> pl.Series:
    """The mark of each client reference.

    Blanks around a reference and the way its accents are composed do not count: whoever types it cannot see them,
    and to leave out one row too many is the safe side.

    Args:
        refs: text; a null stays null.
        secret: the body's record key.
        project: name of the project.
    """
    return keyed_ids(plain(refs), secret, f"erased from {project}")


def plain(refs: pl.Series) -> pl.Series:
    """References without what the eye misses; one that is blank is null."""
    text = refs.cast(pl.String).str.normalize("NFC").str.strip_chars().to_frame("ref")
    return text.select(pl.when(pl.col("ref") != "").then("ref").alias(refs.name))[refs.name]
