"""Events that people have not agreed to have linked, and who is known through others."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.consent import ConsentSettings

SCOPE = "consent_scope"


def covered_by_consent(said: ConsentSettings | None) -> pl.Expr:
    """True for events whose consent covers the project; for all where none is asked for."""
    if said is None:
        return pl.lit(value=True)
    return pl.col(SCOPE).is_in(list(said.scopes)).fill_null(value=said.unstated == "kept")


def consenting_records(
    said: ConsentSettings | None, kept: pl.Series, left_out: Sequence[pl.Series], records: int
) -> NDArray[np.bool_] | None:
    """Which records may be counted as clients of their body, beside those of other bodies.

    A record with an event that is kept may. One of whose events all are left out may not. One without any event
    states no consent.

    Args:
        said: the settings.
        kept: row of the spine of each event that is kept.
        left_out: the same of events without consent.
        records: rows of the spine.

    Returns:
        Shape (records,); None where no consent is asked for.
    """
    if said is None:
        return None
    consented = np.full(records, said.unstated == "kept")
    for each in left_out:
        consented[each.to_numpy().astype(np.int64)] = False
    consented[kept.to_numpy().astype(np.int64)] = True
    return consented
