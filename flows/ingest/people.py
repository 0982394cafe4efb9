"""How people extracts are read: identifiers stay as the body wrote them."""

from collections.abc import Sequence

import polars as pl

from config.fields import PEOPLE_COLUMNS
from config.settings import Body
from flows.ingest.header import Expected
from flows.ingest.rules import Kind, missing, text


def people(body: Body) -> Kind:
    """The kind of a body's people files. Only structure is judged here; normalising comes later."""

    def typed(supplied: Sequence[str]) -> list[pl.Expr]:
        return [text(ours).alias(ours) for ours in PEOPLE_COLUMNS if ours in supplied]

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
        flagged={},
    )
