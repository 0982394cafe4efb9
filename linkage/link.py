"""From the token bundles of all bodies to persons, with the figures that show how well."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from config.settings import LinkageSettings
from config.terms import Manner
from linkage.appraise import Appraised, appraise
from linkage.bundles import BodyTokens, Records
from linkage.engine import Engine
from linkage.levels import COMPARED, named
from linkage.quality import between, expected
from linkage.reach import reached
from linkage.resolve import Resolved, resolve
from linkage.through_time import History, Kept
from linkage.truth import Truth
from linkage.weigh import Weighed, weigh

THRESHOLDS: Final = {"": "least_probability", "_low": "range_low", "_high": "range_high"}
"""Suffix of a column or figure to the setting that it stands for."""

SHOWN_DIGITS: Final = 8


@dataclass(frozen=True)
class Linked:
    """What linkage gives.

    Attributes:
        spine: body, record_id, person, person_low, person_high; one row per client, sorted. A person's label
            is the body and record id of its first client.
        facts: counts and quality for the log and the reports; no token and no record.
        patterns: what pairs of two bodies agree on, how many show it, weight in bits and probability; for
            people who choose a threshold and may see no record.
        weights: m, u and weight of each level of each field, by pair of bodies.
        appraised: how good the links are, for the report on their quality.
        manner: whether all pairs were looked for, or only those of rows that are new or have changed.
        changed: clients known to have other rows than at the last linkage.
        kept: what the next linkage may go on from.
    """

    spine: pl.DataFrame
    facts: dict[str, Any]  # JSON: numbers and tables of them
    patterns: pl.DataFrame
    weights: pl.DataFrame
    appraised: Appraised
    manner: Manner = Manner.FULL
    changed: int | None = None
    kept: Kept | None = None


def link(
    bodies: Sequence[BodyTokens],
    settings: LinkageSettings,
    refused_pairs: Sequence[tuple[str, str]] = (),
    engine: Engine | None = None,
    history: History | None = None,
    truth: Truth | None = None,
) -> Linked:
    """Link the records of all bodies.

    The result depends neither on the order of bodies, rows or columns nor on the key of the tokens, nor on the
    engine.

    Args:
        bodies: one bundle each.
        settings: thresholds and bounds.
        refused_pairs: bodies whose records are never compared with each other.
        engine: where pairs are found; in memory if none is given.
        history: the last linkage. The result is the same as without it; `kept` is then for the next.
        truth: ids that were held out of the bundles; links are judged by them once they are made.

    Raises:
        BundleError: the bundles do not belong together, or one is not what its manifest says.
        CapacityError: there are more pairs than the engine has room for.
    """
    weighed = weigh(bodies, settings, refused_pairs, engine, history)
    completeness = {body.manifest.body: body.manifest.completeness for body in bodies}
    persons = {
        suffix: united(weighed, least_probability=getattr(settings, name)) for suffix, name in THRESHOLDS.items()
    }
    return Linked(
        spine=_spine(weighed.records, {suffix: each.person for suffix, each in persons.items()}),
        facts=_facts(weighed, persons, refused_pairs, reached(weighed, completeness)),
        patterns=_patterns(weighed),
        weights=_weights(weighed),
        appraised=appraise(
            weighed,
            {name: (getattr(settings, name), persons[suffix].person) for suffix, name in THRESHOLDS.items()},
            refused_pairs,
            truth,
        ),
        manner=weighed.manner,
        changed=weighed.changed,
        kept=weighed.kept,
    )


def united(weighed: Weighed, *, least_probability: float) -> Resolved:
    """Persons at one threshold."""
    enough = weighed.probability >= least_probability
    return resolve(
        weighed.left[enough],
        weighed.right[enough],
        weighed.bits[enough],
        weighed.records.client_body,
        weighed.records.unique,
    )


def _spine(records: Records, persons: dict[str, np.ndarray[Any, np.dtype[np.int64]]]) -> pl.DataFrame:
    frame = records.clients
    label = frame.select(pl.concat_str("body", pl.lit("/"), "record_id")).to_series()
    return frame.with_columns(label.gather(person).alias(f"person{suffix}") for suffix, person in persons.items())


def _facts(
    weighed: Weighed,
    persons: dict[str, Resolved],
    refused_pairs: Sequence[tuple[str, str]],
    in_reach: float | None,
) -> dict[str, Any]:  # JSON
    records, pairings, names = weighed.records, weighed.pairings, weighed.records.bodies
    pair_names = [f"{names[one]}|{names[other]}" for one, other in zip(pairings.left, pairings.right, strict=True)]
    compared = [
        one != other or not records.unique[one] for one, other in zip(pairings.left, pairings.right, strict=True)
    ]

    def by_pair(numbers: Sequence[float]) -> dict[str, float]:
        listed = zip(pair_names, numbers, compared, strict=True)
        return {name: number for name, number, kept in listed if kept}

    person = persons[""].person
    sizes = np.bincount(person, minlength=person.size)
    linked = sizes[person] > 1
    candidates = np.bincount(weighed.patterns.pairing, weights=weighed.patterns.count, minlength=len(pair_names))
    together = {name: between(records, each.person) for name, each in persons.items()}
    refused = {frozenset(pair) for pair in refused_pairs}
    return {
        "records": dict(zip(names, records.sizes.tolist(), strict=True)),
        "candidates": by_pair(candidates.astype(int).tolist()),
        "left_out": sum(weighed.left_out.values()),
        "links": by_pair(
            [int(together[""][one, other]) for one, other in zip(pairings.left, pairings.right, strict=True)]
        ),
        "expected_links": by_pair(np.round(weighed.model.same, 1).tolist()),
        "prior": by_pair([float(f"{each:.4g}") for each in weighed.model.same / pairings.pairs]),
        "linked_share": {
            name: round(float(linked[records.client_body == place].mean()), 6) if size else 0.0
            for place, (name, size) in enumerate(zip(names, records.sizes, strict=True))
        },
        "persons": {
            f"persons{suffix}": int((each.person == np.arange(person.size)).sum())
            for suffix, each in persons.items()
        },
        "largest_person": int(sizes.max(initial=0)),
        "contested": {f"contested{suffix}": each.contested for suffix, each in persons.items()},
        "disputed": {f"disputed{suffix}": each.disputed for suffix, each in persons.items()},
        "through_a_third": sum(
            int(together[""][one, other])
            for one in range(len(names))
            for other in range(one, len(names))
            if frozenset((names[one], names[other])) in refused
        ),
        "quality": {
            f"{figure}{suffix}": value
            for suffix, each in persons.items()
            for figure, value in expected(weighed, each.person, in_reach).items()
        },
        "rounds": weighed.model.rounds,
    }


def _patterns(weighed: Weighed) -> pl.DataFrame:
    names, pairings, patterns = (
        pl.Series(list(weighed.records.bodies), dtype=pl.String),
        weighed.pairings,
        weighed.patterns,
    )
    return (
        pl.DataFrame(
            {
                "left": names.gather(pairings.left[patterns.pairing]),
                "right": names.gather(pairings.right[patterns.pairing]),
                "pattern": pl.Series([named(code) for code in patterns.code.tolist()], dtype=pl.String),
                "count": patterns.count.astype(np.int64),
                "weight": weighed.scores.weight,
                "probability": weighed.scores.probability,
            }
        )
        .with_columns(_shown("weight", "probability"))
        .sort("left", "right", "weight", "pattern", descending=[False, False, True, False])
    )


def _weights(weighed: Weighed) -> pl.DataFrame:
    pairings, m = weighed.pairings, weighed.model.m
    names = pl.Series(list(weighed.records.bodies), dtype=pl.String)
    levels = [(field, level) for field, words in COMPARED.items() for level in words]
    each = np.repeat(np.arange(pairings.pairs.size), len(levels))
    u = pairings.u.ravel()
    return pl.DataFrame(
        {
            "left": names.gather(pairings.left[each]),
            "right": names.gather(pairings.right[each]),
            "field": [field for field, _ in levels] * pairings.pairs.size,
            "level": [level for _, level in levels] * pairings.pairs.size,
            "m": np.tile(m, pairings.pairs.size),
            "u": u,
            "weight": np.log2(np.tile(m, pairings.pairs.size) / u),
        },
        schema_overrides={"field": pl.String, "level": pl.String},
    ).with_columns(_shown("m", "u", "weight"))


def _shown(*columns: str) -> pl.Expr:
    """Rounded: the last digits of a sum hang on how many threads a machine adds with."""
    return pl.col(columns).round_sig_figs(SHOWN_DIGITS)
