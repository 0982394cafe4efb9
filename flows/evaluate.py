"""Linkage quality on labelled files of a user's own, through the very same encoding and linkage."""

import json
import resource
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from anonymise.encode import Encoded, encode
from anonymise.keys import Secret, key_id, secret
from anonymise.pseudonyms import record_ids
from config.bundles import TokenManifest
from config.frames import PEOPLE
from config.sealing import sealed
from config.settings import LinkageSettings
from config.terms import Classifier, ProfileName
from flows.labelled import Labelled, read_labelled
from linkage.bundles import BodyTokens
from linkage.evaluate import measured
from linkage.link import united
from linkage.quality import expected
from linkage.reach import reached
from linkage.supervised import reestimated, teaching_half
from linkage.truth import UNKNOWN
from linkage.weigh import Weighed, weigh

POPULATION: Final = 67_000_000
"""Two files say nothing of the area they come from; it is taken for a whole country, as test data mostly are.
Files of one town should be told of the town: there a postcode tells much less."""

MOST_CLIENTS_PER_TOKEN: Final = 50
PROJECT: Final = "evaluation"
PERIOD: Final = "2100"
"""Later than any date of birth: an evaluation has no clock."""
KILOBYTES_PER_MEGABYTE: Final = 1024


@dataclass(frozen=True)
class Report:
    """Figures of one evaluation; no value of the files."""

    figures: dict[str, Any]  # JSON

    def to_json(self) -> str:
        """All figures, keys sorted."""
        return json.dumps(self.figures, indent=2, sort_keys=True, allow_nan=False) + "\n"

    def to_text(self) -> str:
        """The figures that matter, as a table for readers."""
        found = self.figures
        lines = [
            f"profile {found['profile']}, {found['composites']} composites; rows: "
            + ", ".join(f"{name} {count:,}" for name, count in found["rows"].items()),
            f"true pairs {found['pairs']:,}; candidates {found['candidates']['links']:,}, "
            f"recall of candidates {_shown(found['candidates']['recall'])}",
            "",
            f"{'':<34}{'threshold':>10}{'precision':>11}{'recall':>9}{'F1':>9}   F1, 95 % interval",
        ]
        for when in ("before", "after"):
            for which in ("default", "best"):
                lines.append(_line(f"{when} resolution, {which} threshold", found[when][which]))
        if "supervised" in found:
            learnt = found["supervised"]
            lines += ["", f"the other half of the persons, {learnt['pairs']:,} true pairs, after resolution"]
            for which in ("default", "best"):
                lines.append(_line(f"without labels, {which} threshold", learnt["without_labels"][which]))
                lines.append(_line(f"{learnt['classifier']}, {which} threshold", learnt["with_labels"][which]))
        lines += ["", f"{'step':<12}{'CPU seconds':>12}{'peak MB so far':>16}"]
        lines += [
            f"{step:<12}{cost['seconds']:>12.2f}{cost['peak_mb']:>16,}" for step, cost in found["steps"].items()
        ]
        return "\n".join(lines)


@sealed("evaluate")
def evaluate(
    left: Path,
    right: Path | None,
    *,
    truth: str,
    mapping: Path | None = None,
    profile: ProfileName = ProfileName.STRICT,
    dedupe: bool = False,
    population: int = POPULATION,
    settings: LinkageSettings | None = None,
    supervised: Classifier | None = None,
) -> Report:
    """Link labelled files and compare the persons found with the labels.

    Every row is a client of its own. Two files are two bodies with unique clients; with `dedupe` one file is
    one body whose clients need not be. The key is random and thrown away; the figures do not depend on it.

    Args:
        left: CSV file with standard column names, or names that `mapping` translates.
        right: another, or None with `dedupe`.
        truth: column that is equal where two rows are one person; never used for linking.
        mapping: TOML file, ours = "theirs", for both files or by file in tables [left] and [right].
        profile: which tokens.
        dedupe: link one file with itself.
        population: people in the area that the files were drawn from.
        settings: thresholds.
        supervised: also learn weights from the labels of half of the persons, and judge both by the other half.

    Raises:
        SettingsError: the options do not fit each other, the mapping is not one, or there are too few labels to
            learn from.
        ExtractError: a file cannot be read or lacks a column.
    """
    chosen = settings or LinkageSettings()
    steps: dict[str, dict[str, float | int]] = {}
    with _timed(steps, "read"):
        files = read_labelled(left, right, truth=truth, mapping=mapping, dedupe=dedupe)
    rows = sum(each.people.height for each in files)
    with _timed(steps, "encode"):
        linkage, own = (secret(name, secrets.token_bytes(32)) for name in ("linkage", "record"))
        bodies = [_body(each, linkage, own, profile, population, rows, unique=not dedupe) for each in files]
    with _timed(steps, "weigh"):
        weighed = weigh(bodies, chosen)
    with _timed(steps, "resolve"):
        person = united(weighed, least_probability=chosen.least_probability).person
    labels = _labels(weighed, files, own)
    completeness = {body.manifest.body: body.manifest.completeness for body in bodies}
    learnt = {} if supervised is None else {"supervised": _supervised(weighed, labels, chosen, supervised, steps)}
    return Report(
        {
            "profile": str(profile),
            "population": population,
            "composites": len(weighed.records.composites),
            "rows": {each.name: each.people.height for each in files},
            "columns": {each.name: list(each.columns) for each in files},
            "unlabelled": int((labels == UNKNOWN).sum()),
            "withheld": {body.manifest.body: sum(body.manifest.withheld.values()) for body in bodies},
            "left_out": sum(weighed.left_out.values()),
            "expected": expected(weighed, person, reached(weighed, completeness)),
            "steps": steps,
            **measured(weighed, labels, chosen),
            **learnt,
        }
    )


def _supervised(
    weighed: Weighed,
    labels: np.ndarray[Any, np.dtype[np.int64]],
    settings: LinkageSettings,
    classifier: Classifier,
    steps: dict[str, dict[str, float | int]],
) -> dict[str, Any]:
    """Weights learnt from half of the persons, beside those estimated without labels, on the other half."""
    taught = teaching_half(labels)
    with _timed(steps, "learn"):
        learnt = reestimated(weighed, labels, taught, classifier)
    held_out = np.where(taught, UNKNOWN, labels)
    without, with_labels = (measured(each, held_out, settings) for each in (weighed, learnt))
    return {
        "classifier": str(classifier),
        "pairs": without["pairs"],
        "without_labels": without["after"],
        "with_labels": with_labels["after"],
    }


@contextmanager
def _timed(steps: dict[str, dict[str, float | int]], name: str) -> Iterator[None]:
    began = time.process_time()
    yield
    steps[name] = {
        "seconds": round(time.process_time() - began, 3),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KILOBYTES_PER_MEGABYTE,
    }


def _body(
    each: Labelled, linkage: Secret, own: Secret, profile: ProfileName, population: int, rows: int, *, unique: bool
) -> BodyTokens:
    """What a body with this file would send."""
    encoded = encode(
        PEOPLE.verify(each.people),
        secret=linkage,
        record_secret=own,
        project=PROJECT,
        period=PERIOD,
        profile=profile,
        population=population,
        most_people=max(min(rows, population), 1),
        unique_clients=unique,
        most_clients_per_token=MOST_CLIENTS_PER_TOKEN,
    )
    return as_sent(encoded, each.name, profile=profile, key=key_id(linkage), population=population, unique=unique)


def as_sent(
    encoded: Encoded, body: str, *, profile: ProfileName, key: str, population: int, unique: bool
) -> BodyTokens:
    """What a body hands over, without a file: the digest is no file's."""
    manifest = TokenManifest.model_validate(
        {
            "format": 1,
            "project": PROJECT,
            "period": PERIOD,
            "body": body,
            "file": "tokens.parquet",
            "digest": "0" * 64,
            "rows": encoded.tokens.height,
            "kind": "tokens",
            "profile": profile,
            "key_id": key,
            "population": population,
            "unique_clients": unique,
            **encoded.told,
        }
    )
    return BodyTokens(manifest, encoded.tokens)


def _labels(weighed: Weighed, files: tuple[Labelled, ...], own: Secret) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The truth of each client, as numbers."""
    truth = pl.concat(
        pl.DataFrame(
            {
                "body": pl.Series([each.name] * each.truth.len(), dtype=pl.String),
                "record_id": record_ids(each.people["client_ref"], own, PROJECT),
                "truth": each.truth,
            }
        )
        for each in files
    )
    known = weighed.records.clients.join(truth, on=["body", "record_id"], how="left", maintain_order="left")
    numbers = known["truth"].rank("dense").cast(pl.Int64).fill_null(UNKNOWN)
    return numbers.to_numpy()


def _line(title: str, row: dict[str, Any]) -> str:
    low, high = row["f1_interval"]
    return (
        f"{title:<34}{_shown(row['threshold']):>10}{_shown(row['precision']):>11}{_shown(row['recall']):>9}"
        f"{_shown(row['f1']):>9}   {low:.4f} to {high:.4f}"
    )


def _shown(number: float | None) -> str:
    return "none" if number is None else f"{number:.4f}"
