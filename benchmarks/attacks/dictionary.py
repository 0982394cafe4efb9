"""Dictionary with a leaked key: how far the harm goes.

**What the attacker knows**: a bundle, the linkage key of its project and period, and a list of people in plain
text. **What he does**: what a body does. He encodes everybody on the list and looks the tokens up.
**Identified**: a record that has more tokens in common with one person on the list than with any other, and is
that person's. The bundle is a real one, of a body with errors; the list has none. There is no defence in the
tokens against this: the figures state how much a key is worth.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from anonymise.compounds import with_parts
from anonymise.encode import FORM, encode, netstring, tokens
from anonymise.features import features
from anonymise.keys import Secret, derive, secret
from anonymise.normalise import normalise
from benchmarks.attacks.claims import Score
from benchmarks.attacks.profiles import tokens_of
from benchmarks.attacks.towns import EVERYBODY, extract_of
from config.terms import ProfileName

PROJECT: Final = "blast-radius"
PERIOD: Final = "2025"
CARELESS: Final = f"{EVERYBODY}:housing"
"""Whose bundle it is: the body with the most errors."""


@dataclass(frozen=True)
class BlastRadius:
    """What a leaked key gives away.

    Attributes:
        score: records found.
        guesses: tokens that one core computes in a second of its time, features included.
        people: people on the list that it works through in a second.
    """

    score: Score
    guesses: float
    people: float


def blast_radius(profile: ProfileName, population: int, sample: int, most_clients: int, seed: int) -> BlastRadius:
    """Encode a body of so many people out of a population, then find them with the key."""
    key, own = (secret(name, secrets.token_bytes(32)) for name in ("linkage", "record"))
    written, whose = extract_of(sample, seed, CARELESS)
    bundle = encode(
        written, secret=key, record_secret=own, project=PROJECT, period=PERIOD, profile=profile,
        population=population, unique_clients=True, most_clients_per_token=most_clients,
    )  # fmt: skip
    listed, _ = extract_of(sample, seed, EVERYBODY)
    began = time.process_time()
    guesses = _guesses(listed, key, tokens_of(profile, population))
    seconds = max(time.process_time() - began, 1e-9)
    made = sum(guesses[name].len() - guesses[name].null_count() for name in guesses.columns[1:])
    truth = bundle.map.join(whose, on="client_ref").select("record_id", truth="person")
    return BlastRadius(_found(bundle.tokens, truth, guesses), made / seconds, listed.height / seconds)


def _guesses(listed: pl.DataFrame, key: Secret, composites: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    """The list's tokens, made as a body makes them; `person` in front."""
    canonical = normalise(listed, latest=date(int(PERIOD), 12, 31))
    found = with_parts(features(canonical), listed, canonical)
    prefixed = found.select("client_ref", *(netstring(column) for column in found.columns[2:]))
    columns = [
        tokens(prefixed.select(parts), derive(key, "token", FORM, PROJECT, PERIOD, *parts)).alias(name)
        for name, parts in composites.items()
    ]
    return pl.DataFrame([found["client_ref"].alias("person"), *columns])


def _found(bundle: pl.DataFrame, truth: pl.DataFrame, guesses: pl.DataFrame) -> Score:
    """Records that have most in common with one person; `truth` says by `record_id` whose they are."""
    met = [
        bundle.select("record_id", token=name)
        .drop_nulls()
        .join(guesses.select("person", token=name).drop_nulls(), on="token")
        .select("record_id", "person")
        for name in guesses.columns[1:]
    ]
    counts = pl.concat(met).group_by("record_id", "person").len()
    best = counts.filter(pl.col("len") == pl.col("len").max().over("record_id")).filter(
        pl.len().over("record_id") == 1
    )
    right = int(
        (best.join(truth, on="record_id", how="left", maintain_order="left")["truth"] == best["person"]).sum()
    )
    return Score(truth.height, truth.height, right, best.height - right)
