"""From a linkage to the figures of its report; small counts end here."""

from collections.abc import Mapping, Sequence
from math import log2
from typing import Any, Final

import polars as pl

from config.bundles import TokenManifest
from config.settings import Project
from flows.quality.contents import (
    BodyRate,
    ChanceBin,
    Estimated,
    JudgedPair,
    Level,
    Measured,
    PairRate,
    Pattern,
    Quality,
    Reliability,
    Share,
    Stage,
    WeightBin,
)
from flows.quality.showing import header, of_links, of_people, of_rows, shown, unsaid
from linkage.continuity import Continued
from linkage.intervals import against_rest
from linkage.link import THRESHOLDS, Linked

NEAREST: Final = 10
"""Patterns shown on either side of the threshold."""
DIGITS: Final = 6


def gather(found: Linked, manifests: Sequence[TokenManifest], continued: Continued, project: Project) -> Quality:
    """The figures of one linkage, as far as they may be shown.

    Args:
        found: the linkage.
        manifests: of the bundles that were linked.
        continued: merges and splits since the linkage before.
        project: its thresholds, its least number of people, its bodies' titles.
    """
    least, facts = project.disclosure.least_people, found.facts
    return Quality(
        **header(project),
        kind="linkage quality",
        profile=project.encoding.profile,
        population=project.project.population,
        records={body: shown(count, least) for body, count in facts["records"].items()},
        persons=shown(facts["persons"]["persons"], least),
        largest_person=facts["largest_person"],
        links=shown(_links(facts["links"], project), least),
        candidates=shown(sum(facts["candidates"].values()), least),
        left_out=shown(facts["left_out"], least),
        contested=shown(facts["contested"]["contested"], least),
        disputed=shown(facts["disputed"]["disputed"], least),
        merged=shown(continued.merged, least),
        split=shown(continued.split, least),
        estimated=tuple(
            Estimated.model_validate(
                {
                    "threshold": name,
                    "probability": getattr(project.linkage, name),
                    "precision": facts["quality"][f"precision{suffix}"],
                    "recall": facts["quality"][f"recall{suffix}"],
                }
            )
            for suffix, name in THRESHOLDS.items()
        ),
        measured=_measured(found, least),
        reliability=_reliability(found, least),
        weights=tuple(
            WeightBin(low=each["low"], high=each["high"], pairs=shown(each["pairs"], least))
            for each in found.appraised.histogram
        ),
        levels=_levels(found.weights, manifests),
        patterns=_patterns(found.appraised.patterns, project.linkage.least_probability, least),
        patterns_in_all=found.appraised.patterns.height,
        patterns_of_few=int((found.appraised.patterns["pairs"] < least).sum()),
        withheld={each.body: shown(sum(each.withheld.values()), least) for each in _ordered(manifests)},
        completeness={each.body: _completeness(each, least) for each in _ordered(manifests)},
        body_rates=_body_rates(found.appraised.rates["bodies"], least),
        pair_rates=_pair_rates(found.appraised.rates["pairs"], least),
    )


def _ordered(manifests: Sequence[TokenManifest]) -> list[TokenManifest]:
    return sorted(manifests, key=lambda each: each.body)


def _links(links: Mapping[str, int], project: Project) -> int:
    """Over all pairs of bodies but those that may not be linked, which may still meet through a third."""
    refused = {frozenset(pair) for pair in project.disclosure.refused_pairs}
    return sum(count for pair, count in links.items() if frozenset(pair.split("|")) not in refused)


def _measured(found: Linked, least: int) -> Measured | None:
    judged, records = found.appraised.judged, found.facts["records"]
    if judged is None:
        return None
    kept = set(Stage.model_fields) - {"precision", "recall"}
    return Measured.model_validate(
        {
            "field": found.appraised.field,
            "holding": {body: of_people(count, records[body], least) for body, count in judged["holding"].items()},
            "several": {body: shown(count, least) for body, count in judged["several"].items()},
            "candidates": of_links(judged["candidates"]["part"], judged["candidates"]["whole"], least),
            "stages": tuple(
                Stage(
                    **{name: each[name] for name in kept},
                    precision=of_links(each["right"], each["links"], least),
                    recall=of_links(each["right"], judged["pairs"], least),
                )
                for each in judged["stages"]
            ),
            "by_pair": tuple(
                JudgedPair(
                    body=each["body"],
                    other=each["other"],
                    precision=of_links(each["right"], each["links"], least),
                    recall=of_links(each["right"], each["pairs"], least),
                    differs=differs if each["pairs"] >= least else "",
                )
                for each, differs in zip(
                    judged["by_pair"],
                    against_rest([(each["right"], each["pairs"]) for each in judged["by_pair"]], least),
                    strict=True,
                )
            ),
        }
    )


def _reliability(found: Linked, least: int) -> Reliability | None:
    curve = found.appraised.curve
    if curve is None:
        return None
    return Reliability(
        bins=tuple(
            ChanceBin(
                low=each["low"],
                high=each["high"],
                expected=each["expected"] if each["pairs"] >= least else None,
                true=of_people(each["true"], each["pairs"], least),
            )
            for each in curve["bins"]
        ),
        calibration_error=(
            curve["calibration_error"] if sum(each["pairs"] for each in curve["bins"]) >= least else None
        ),
    )


def _levels(weights: pl.DataFrame, manifests: Sequence[TokenManifest]) -> tuple[Level, ...]:
    """Levels of the fields that some token holds and somebody has; of others nothing was estimated."""
    parts = {part.partition(".")[0] for each in manifests for held in each.composites.values() for part in held}
    fields = [field for field in parts if field == "names" or any(each.agreement.get(field) for each in manifests)]
    merged = (
        weights.filter(pl.col("field").is_in(fields))
        .group_by("field", "level", maintain_order=True)
        .agg(
            m=pl.col("m").first(),
            u=pl.col("u").log().mean().exp(),
            weight_low=pl.col("weight").min(),
            weight_high=pl.col("weight").max(),
        )
        .with_columns(weight=(pl.col("m") / pl.col("u")).log(2))
    )
    return tuple(
        Level(
            field=row["field"],
            level=row["level"],
            m=min(_short(row["m"]), 1.0),
            u=min(_short(row["u"]), 1.0),
            **{name: _short(row[name]) for name in ("weight", "weight_low", "weight_high")},
        )
        for row in merged.iter_rows(named=True)
    )


def _short(number: float) -> float:
    return float(f"{number:.6g}")


def _patterns(patterns: pl.DataFrame, probability: float, least: int) -> tuple[Pattern, ...]:
    """The patterns nearest to the threshold on either side, heaviest first; those of few pairs are not told."""
    threshold = log2(probability / (1 - probability))
    many = patterns.filter(pl.col("pairs") >= least)
    above = many.filter(pl.col("weight") >= threshold).tail(NEAREST)
    below = many.filter(pl.col("weight") < threshold).head(NEAREST)
    return tuple(
        Pattern.model_validate(
            {
                "side": side,
                **{name: row[name] for name in ("pattern", "pairs", "weight", "probability")},
                "linked": of_people(row["linked"], row["pairs"], least),
                "true": of_people(row["true"], row["judged"], least),
            }
        )
        for side, rows in (("above", above), ("below", below))
        for row in rows.iter_rows(named=True)
    )


def _completeness(manifest: TokenManifest, least: int) -> dict[str, Share]:
    return {field: of_rows(held, manifest.rows, least) for field, held in manifest.completeness.items()}


def _body_rates(bodies: Sequence[Mapping[str, Any]], least: int) -> tuple[BodyRate, ...]:
    counts = [(each["linked"], each["clients"]) for each in bodies]
    found = []
    for each, differs in zip(bodies, against_rest(counts, least), strict=True):
        linked = of_people(each["linked"], each["clients"], least)
        found.append(
            BodyRate(body=each["body"], linked=linked, differs=differs if linked.share is not None else "")
        )
    return tuple(found)


def _pair_rates(pairs: Sequence[Mapping[str, Any]], least: int) -> tuple[PairRate, ...]:
    """Both directions of a pair often count the same links, so that both or neither are shown."""
    found: dict[tuple[str, str], Share] = {
        (each["body"], each["other"]): of_people(each["linked"], each["clients"], least) for each in pairs
    }
    return tuple(
        PairRate(
            body=body,
            other=other,
            linked=unsaid(each.whole) if each.share is not None and found[other, body].share is None else each,
        )
        for (body, other), each in found.items()
    )
