"""How many clients of a body are linked to another: for whom linkage works less well."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linkage.bundles import Records
from linkage.candidates import Ints

GROUPS = {"body": pl.String, "by": pl.String, "word": pl.String, "clients": pl.Int64, "linked": pl.Int64}


def match_rates(records: Records, person: Ints, allowed: NDArray[np.bool_]) -> dict[str, Any]:  # JSON
    """Clients that share a person with a client of another body, by body and by pair of bodies.

    Args:
        records: all bodies'.
        person: shape (clients,).
        allowed: pairs of bodies that may be linked, shape (bodies, bodies); others count nowhere. On its diagonal,
            clients that share a person with another client of their own body.

    Returns:
        `bodies`: body, clients, and how many are `linked` to any other body. `pairs`: the same towards one
        `other` body.
    """
    names, sizes = records.bodies, records.sizes
    reached = _reached(records, person) & allowed[records.client_body]
    elsewhere = reached.copy()
    elsewhere[np.arange(elsewhere.shape[0]), records.client_body] = False
    towards = (
        np.array(
            [np.bincount(records.client_body[column], minlength=len(names)) for column in reached.T],
            dtype=np.int64,
        )
        .reshape(len(names), len(names))
        .T
    )
    anywhere = np.bincount(records.client_body[elsewhere.any(axis=1)], minlength=len(names))
    return {
        "bodies": [
            {"body": name, "clients": int(sizes[place]), "linked": int(anywhere[place])}
            for place, name in enumerate(names)
        ],
        "pairs": [
            {
                "body": names[here],
                "other": names[there],
                "clients": int(sizes[here]),
                "linked": int(towards[here, there]),
            }
            for here, there in zip(*np.nonzero(allowed), strict=True)
        ],
    }


def _reached(records: Records, person: Ints) -> NDArray[np.bool_]:
    """Whether a client's person has a further client in each body: shape (clients, bodies)."""
    _, number = np.unique(person, return_inverse=True)
    width = len(records.bodies)
    persons = int(number.max(initial=-1)) + 1
    places = number * width + records.client_body
    held = np.bincount(places, minlength=persons * width).astype(np.int32).reshape(persons, width)
    others = held[number]
    others[np.arange(others.shape[0]), records.client_body] -= 1
    reached: NDArray[np.bool_] = others > 0
    return reached


def group_rates(
    spine: pl.DataFrame, events: Mapping[str, pl.DataFrame], refused: Sequence[tuple[str, str]]
) -> pl.DataFrame:
    """Clients with events that share a person with a client of another body, by segment and by month.

    Args:
        spine: keeps `config.frames.SPINE`.
        events: body to its events, which keep `config.frames.EVENTS`.
        refused: bodies that may not be linked to each other; a link between them does not count.

    Returns:
        `body`; `by` ("all", "segment" or "month"); `word` (empty where events say none, and for all); `clients`
        and those of them `linked`; sorted. A client of several segments or months counts in each.
    """
    known = _linked_records(spine, refused)
    found = [pl.DataFrame(schema=GROUPS)]
    for body, held in sorted(events.items()):
        seen = held.select(
            "record_id",
            all=pl.lit(""),
            segment=pl.col("segment").fill_null(""),
            month=pl.col("ts").dt.strftime("%Y-%m"),
        ).join(known.filter(pl.col("body") == body), on="record_id")
        for by in ("all", "segment", "month"):
            each = seen.select("record_id", "linked", word=by).unique()
            counted = each.group_by("word").agg(
                clients=pl.len().cast(pl.Int64), linked=pl.col("linked").sum().cast(pl.Int64)
            )
            found.append(
                counted.select(pl.lit(body).alias("body"), pl.lit(by).alias("by"), "word", "clients", "linked")
            )
    return pl.concat(found).sort("body", "by", "word")


def _linked_records(spine: pl.DataFrame, refused: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Each record, and whether its person has a record of another body that it may be linked to."""
    bodies = spine.select("person_id", "body").unique()
    barred = pl.DataFrame(
        [each for one, other in refused for each in ((one, other), (other, one))],
        schema={"body": pl.String, "other": pl.String},
        orient="row",
    )
    reached = (
        bodies.join(bodies.select("person_id", other="body"), on="person_id")
        .filter(pl.col("body") != pl.col("other"))
        .join(barred, on=["body", "other"], how="anti")
        .select("person_id", "body", linked=pl.lit(value=True))
        .unique()
    )
    return spine.join(reached, on=["person_id", "body"], how="left").select(
        "body", "record_id", pl.col("linked").fill_null(value=False)
    )
