"""Links judged by a shared id that they were made without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.bundles import TRUTH
from config.errors import BundleError
from linkage.bundles import BodyTokens, Records
from linkage.candidates import Ints
from linkage.estimate import Floats
from linkage.intervals import DIGITS, figures, rounded, share, wilson
from linkage.weigh import Weighed

UNKNOWN: Final = -1
SEVERAL: Final = -2
"""What stands in place of an id where a client has none, and where its versions have different ones."""

Persons = Mapping[str, tuple[float, Ints]]
"""Name of a threshold to the threshold and the person of each client."""


@dataclass(frozen=True)
class Truth:
    """Ids of clients, kept apart from what is linked.

    Attributes:
        field: the id.
        clients: `body`, `record_id` and `label`, for each client that holds an id: a number equal in two clients
            exactly if their ids are, or `SEVERAL`.
    """

    field: str
    clients: pl.DataFrame


def held_out(bodies: Sequence[BodyTokens]) -> tuple[list[BodyTokens], Truth | None]:
    """Take the tokens of the id out of the bundles, so that nothing can be linked by them.

    Returns:
        The bundles without them, and the ids; None where no id was held out.

    Raises:
        BundleError: not every body held out the same id, or one lacks its column.
    """
    fields = {body.manifest.truth for body in bodies}
    if fields <= {None}:
        return list(bodies), None
    for body in bodies:
        if body.manifest.truth != bodies[0].manifest.truth:
            raise BundleError(body.manifest.body, f"holds out another id than bundle '{bodies[0].manifest.body}'")
        if body.tokens.lazy().collect_schema().get(TRUTH) != pl.UInt64():
            raise BundleError(body.manifest.body, "lacks the tokens of the id that its manifest says is held out")
    ids = pl.concat(
        body.tokens.lazy().select(pl.lit(body.manifest.body).alias("body"), "record_id", TRUTH).drop_nulls(TRUTH)
        for body in bodies
    ).collect()
    label = pl.when(pl.col(TRUTH).n_unique() == 1).then(pl.col(TRUTH).min()).otherwise(SEVERAL)
    clients = (
        ids.with_columns(pl.col(TRUTH).rank("dense").cast(pl.Int64))
        .group_by("body", "record_id")
        .agg(label=label)
        .sort("body", "record_id")
    )
    apart = [BodyTokens(body.manifest, body.tokens.drop(TRUTH)) for body in bodies]
    return apart, Truth(str(bodies[0].manifest.truth), clients)


def labels(records: Records, truth: Truth) -> Ints:
    """The id of each client as a number: shape (clients,), with `UNKNOWN` and `SEVERAL`."""
    known = records.clients.join(truth.clients, on=["body", "record_id"], how="left", maintain_order="left")
    return known["label"].fill_null(UNKNOWN).cast(pl.Int64).to_numpy()


def judged(weighed: Weighed, persons: Persons, label: Ints, allowed: NDArray[np.bool_]) -> dict[str, Any]:  # JSON
    """Precision and recall over pairs of clients that both hold one id, beside what the model expects of them.

    Args:
        weighed: every candidate pair.
        persons: at each threshold; the first is the one in use.
        label: from `labels`.
        allowed: from `linkage.bundles.comparable`; other pairs of bodies do not count.

    Returns:
        `holding` and `several`: clients by body with one id and with different ones. `pairs`: true pairs.
        `candidates`: how many of them share a token, as part, whole, share and interval. `stages`: by threshold,
        `before` resolution (each pair by itself) and `after` it (persons), with the expected figures. `by_pair`:
        the last, at the threshold in use, for each pair of bodies.
    """
    records, names = weighed.records, weighed.records.bodies
    known = label >= 0
    both = known[weighed.left] & known[weighed.right]
    same = both & (label[weighed.left] == label[weighed.right])
    true = _pairs(records, label, known, allowed)
    total = int(true.sum())
    together = {
        name: (_pairs(records, _crossed(person, label), known, allowed), _pairs(records, person, known, allowed))
        for name, (_, person) in persons.items()
    }
    stages = []
    for name, (least, person) in persons.items():
        enough = weighed.probability >= least
        right, found = together[name]
        for stage, counts, linked in (
            ("before", (int(same[enough].sum()), int(both[enough].sum())), enough),
            ("after", (int(right.sum()), int(found.sum())), person[weighed.left] == person[weighed.right]),
        ):
            stages.append(
                {
                    "threshold": name,
                    "stage": stage,
                    **_without_f1(figures(*counts, total)),
                    **_expected(weighed.probability, both, linked),
                    "recall_of_candidates": share(int((same & linked).sum()), int(same.sum())),
                }
            )
    right, found = next(iter(together.values()))
    return {
        "holding": _by_body(records, known),
        "several": _by_body(records, label == SEVERAL),
        "pairs": total,
        "candidates": counted(int(same.sum()), total),
        "stages": stages,
        "by_pair": [
            {
                "body": names[one],
                "other": names[other],
                "pairs": int(true[one, other]),
                **_without_f1(figures(int(right[one, other]), int(found[one, other]), int(true[one, other]))),
            }
            for one, other in zip(*np.nonzero(np.triu(allowed)), strict=True)
        ],
    }


def counted(part: int, whole: int) -> dict[str, Any]:  # numbers, an interval and None
    """A share with its 95 % interval."""
    return {"part": part, "whole": whole, "share": share(part, whole), "interval": rounded(wilson(part, whole))}


def _pairs(records: Records, group: Ints, known: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> Ints:
    """Pairs of clients of one group that both hold an id, by pair of bodies: upper triangle."""
    _, number = np.unique(group[known], return_inverse=True)
    width = len(records.bodies)
    places = number * width + records.client_body[known]
    groups = int(number.max(initial=-1)) + 1
    held = np.bincount(places, minlength=groups * width).reshape(groups, width)
    together = held.T @ held
    np.fill_diagonal(together, np.einsum("pb,pb->b", held, held - 1) // 2)
    pairs: Ints = np.triu(together * allowed)
    return pairs


def _crossed(person: Ints, label: Ints) -> Ints:
    """Groups of clients that have both person and id in common."""
    return person * (int(label.max(initial=0)) - SEVERAL + 1) + (label - SEVERAL)


def _expected(probability: Floats, both: NDArray[np.bool_], linked: NDArray[np.bool_]) -> dict[str, float | None]:
    """What the model expects of the pairs that can be judged and share a token."""
    right, found, total = (
        float(probability[both & linked].sum()), int((both & linked).sum()), float(probability[both].sum()),
    )  # fmt: skip
    return {
        "expected_precision": round(right / found, DIGITS) if found else None,
        "expected_recall_of_candidates": round(right / total, DIGITS) if total else None,
    }


def _without_f1(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if not name.startswith("f1")}


def _by_body(records: Records, chosen: NDArray[np.bool_]) -> dict[str, int]:
    counts = np.bincount(records.client_body[chosen], minlength=len(records.bodies))
    return dict(zip(records.bodies, counts.tolist(), strict=True))
