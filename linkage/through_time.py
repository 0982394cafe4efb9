"""What one linkage keeps for the next, and which rows the next must look at again.

Pairs of two rows that have not changed share the same tokens as before, so they are carried over; only pairs
with a new or changed row are looked for. Everything after that works on all pairs, so the result is the same as
if all had been looked for again. Where that is not certain, all are.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.bundles import TokenManifest
from config.settings import LinkageSettings
from linkage.bundles import Records
from linkage.crowds import among
from linkage.mixing import Words

Ints = NDArray[np.int64]

GONE = -1
"""In place of a row number: the row is no longer there, or has changed."""

FORMAT = 1


@dataclass(frozen=True)
class Kept:
    """What one linkage keeps for the next; ids and tokens of the linkage unit, and nothing else.

    Attributes:
        basis: what the pairs rest on, as text; two are comparable exactly if it is equal.
        rows: body, record_id and `tokens`, a number that stands for the row's tokens; in the order of rows.
        pairs: `pair` and words, as `linkage.candidates` found them.
        crowds: composite and token of those that gave no pairs because too many share them; sorted.
    """

    basis: str
    rows: pl.DataFrame
    pairs: pl.DataFrame
    crowds: pl.DataFrame


@dataclass(frozen=True)
class History:
    """That this linkage keeps something for the next, and what the last one kept.

    Attributes:
        basis: what this linkage's pairs rest on.
        earlier: what the last linkage kept, if anything.
    """

    basis: str
    earlier: Kept | None


def basis(
    manifests: Sequence[TokenManifest], settings: LinkageSettings, refused: Sequence[tuple[str, str]]
) -> str:
    """All that decides which pairs there are, beside the tokens themselves."""
    ordered = sorted(manifests, key=lambda manifest: manifest.body)
    return json.dumps(
        {
            "format": FORMAT,
            "keys": sorted({(each.project, each.keyed_for, each.key_id, str(each.profile)) for each in ordered}),
            "population": sorted({each.population for each in ordered}),
            "composites": [sorted(each.composites.items()) for each in ordered],
            "bodies": [(each.body, each.unique_clients) for each in ordered],
            "refused": sorted(sorted(pair) for pair in refused),
            "most_pairs_per_token": settings.most_pairs_per_token,
        },
        sort_keys=True,
    )


@dataclass(frozen=True)
class Carried:
    """What is carried over.

    Attributes:
        fresh: shape (rows,), rows that are new or have changed.
        pairs: pairs of two rows that have not, under this linkage's row numbers.
        changed: clients that were there before, with other rows.
    """

    fresh: NDArray[np.bool_]
    pairs: pl.DataFrame
    changed: int


def row_table(records: Records, tokens: Words) -> pl.DataFrame:
    """The rows as `Kept.rows`."""
    clients = records.clients
    one_each = records.rows == clients.height
    return (clients if one_each else clients[records.row_client]).with_columns(
        tokens=pl.Series(tokens, dtype=pl.UInt64)
    )


def crowd_table(crowds: Mapping[str, Words]) -> pl.DataFrame:
    """The crowds as `Kept.crowds`."""
    listed = [(name, token) for name, tokens in sorted(crowds.items()) for token in tokens.tolist()]
    return pl.DataFrame(listed, schema={"composite": pl.String, "token": pl.UInt64}, orient="row")


def carried(earlier: Kept, rows: pl.DataFrame, spread: int) -> Carried:
    """Which rows are fresh, and the pairs of those that are not.

    Args:
        earlier: of comparable basis.
        rows: this linkage's, as `row_table` gives them.
        spread: a pair is the number left * spread + right.
    """
    before, after = _clients(earlier.rows), _clients(rows)
    now = _moved(before, earlier.rows["tokens"].to_numpy(), after, rows["tokens"].to_numpy())
    pair = earlier.pairs["pair"].to_numpy()
    left, right = now[pair // spread], now[pair % spread]
    stays = (left != GONE) & (right != GONE)
    pairs = earlier.pairs.filter(pl.Series(stays)).with_columns(
        pair=pl.Series(left[stays] * spread + right[stays], dtype=pl.Int64)
    )
    fresh = np.ones(rows.height, dtype=np.bool_)
    fresh[now[now != GONE]] = False
    return Carried(fresh, pairs, _changed(before, after, now == GONE, fresh))


def _clients(rows: pl.DataFrame) -> Words:
    """A number for the client of each row, the same before and now; two share one with a chance of 2^-64."""
    number = rows.select(pl.col("record_id").hash() ^ pl.col("body").hash(1)).to_series()
    return number.to_numpy()


def _moved(before: Words, tokens_before: Words, after: Words, tokens: Words) -> Ints:
    """The number that each earlier row has now, or `GONE`: shape (earlier rows,).

    Rows of one client hold different tokens, so client and tokens name a row once.

    Args:
        before: the client of each earlier row.
        tokens_before: what stands for its tokens.
        after: the client of each row now.
        tokens: what stands for its tokens.
    """
    was = pl.DataFrame({"key": before ^ tokens_before, "was": np.arange(before.size), "tokens": tokens_before})
    now_at = pl.DataFrame({"key": after ^ tokens, "is": np.arange(after.size), "now": tokens})
    met = was.join(now_at, on="key").filter(pl.col("tokens") == pl.col("now"))
    now = np.full(before.size, GONE, dtype=np.int64)
    now[met["was"].to_numpy()] = met["is"].to_numpy()
    return now


def _changed(before: Words, after: Words, gone: NDArray[np.bool_], fresh: NDArray[np.bool_]) -> int:
    """Clients that were there before and are there now, with a row that went or came."""
    went = after[among(after.view(np.int64), before[gone].view(np.int64))]
    came = before[among(before.view(np.int64), after[fresh].view(np.int64))]
    return int(pl.Series(np.concatenate([went, came])).n_unique())
