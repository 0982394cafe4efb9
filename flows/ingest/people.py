"""How people extracts are read: identifiers stay as the body wrote them."""

from collections.abc import Sequence

import polars as pl

from config.fields import PEOPLE_COLUMNS
from config.settings import Body
from flows.ingest.header import Expected
from flows.ingest.limits import Limits
from flows.ingest.rules import Kind, edges, looks, missing, text, text_rules


def people(body: Body, limits: Limits) -> Kind:
    """The kind of a body's people files. Only structure is judged here; normalising comes later."""

    def typed(supplied: Sequence[str]) -> list[pl.Expr]:
        return [text(ours).alias(ours) for ours in PEOPLE_COLUMNS if ours in supplied]

    def rules(supplied: Sequence[str]) -> dict[str, pl.Expr]:
        return {"client_ref: missing": missing("client_ref")} | text_rules(supplied, limits.characters)

    def flagged(supplied: Sequence[str]) -> dict[str, pl.Expr]:
        return edges(supplied) | looks(supplied)

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
        typed=typed,
        rules=rules,
        flagged=flagged,
    )
