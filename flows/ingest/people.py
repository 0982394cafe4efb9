"""How people extracts are read: identifiers stay as the body wrote them."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from config.bodies import Body
from config.fields import PEOPLE_COLUMNS
from flows.ingest.header import Expected
from flows.ingest.rules import Kind, missing, text
from flows.ingest.times import parsed_date

OWN_FORMAT: Final = "dob: not a date in the file's own format"
DECLARED_FORMAT: Final = "dob: not a date in the declared format"


def people(body: Body, *, date_format: str | None = None) -> Kind:
    """The kind of a body's people files. Only structure is judged here; normalising comes later.

    Args:
        body: settings as they hold for the file.
        date_format: of the body's other files, in which dates of birth are handed on. Where the file has its
            own, a date that is not in it is left out and flagged: in the body's it might be another day.
    """
    kept = date_format or body.date_format
    rewritten = kept != body.date_format

    def typed(supplied: Sequence[str]) -> list[pl.Expr]:
        said = {ours: text(ours) for ours in PEOPLE_COLUMNS if ours in supplied}
        if rewritten and "dob" in said:
            said["dob"] = parsed_date("dob", body.date_format).dt.to_string(kept)
        return [value.alias(ours) for ours, value in said.items()]

    return Kind(
        name="people",
        patterns=body.people,
        expected=Expected(
            columns=PEOPLE_COLUMNS,
            mandatory=("client_ref",),
            theirs=body.people_columns,
            constants=body.people_constants,
            ignored=body.ignored_columns,
        ),
        dates={"dob": body.date_format},
        whole=(),
        letters=PEOPLE_COLUMNS,
        first=(),
        typed=typed,
        doubt=lambda _: [text("client_ref").is_null()],
        rules=lambda _: {"client_ref: missing": missing("client_ref")},
        flagged={
            OWN_FORMAT if rewritten else DECLARED_FORMAT: text("dob").is_not_null()
            & parsed_date("dob", body.date_format).is_null()
        },
    )
