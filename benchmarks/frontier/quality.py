"""What linkage makes of a strength's tokens: six bodies of one town, and two lists of one area."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from anonymise.composites import Strength
from anonymise.encode import Encoded, encode
from anonymise.keys import secret
from benchmarks.attacks.profiles import SOME_TWICE
from benchmarks.attacks.towns import extract_of
from benchmarks.linkage.people import SIDES, area, two_lists
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE
from config.settings import LinkageSettings
from config.terms import ProfileName
from flows.evaluate import PERIOD, PROJECT, as_sent
from flows.synthetic.membership import BODIES
from linkage.bundles import BodyTokens
from linkage.evaluate import measured
from linkage.weigh import weigh

PROFILE: Final = ProfileName.STRICT
"""What the manifests say; linkage takes from it only that all are alike."""
LINKAGE, RECORD = (
    secret(name, hashlib.sha256(f"benchmark {name}".encode()).digest()) for name in ("linkage", "record")
)
"""Nobody's keys: the people are invented, and no figure depends on them."""


@dataclass(frozen=True)
class Extracts:
    """What some bodies hold.

    Attributes:
        people: body to its extract, which keeps PEOPLE.
        person: body to `client_ref` and `person`, one row per client.
        population: people of the area.
        most_people: people whose tokens stand side by side.
    """

    people: Mapping[str, pl.DataFrame]
    person: Mapping[str, pl.DataFrame]
    population: int
    most_people: int


@dataclass(frozen=True)
class Quality:
    """How the links came out; shares from 0 to 1.

    Attributes:
        composites: how many there are.
        tokens: that a record has of them, on average, once withheld ones are gone.
        candidates: share of true pairs that are compared at all.
        precision: at the default threshold, as F1; None where there is nothing to divide by.
    """

    composites: int
    tokens: float
    candidates: float | None
    precision: float | None
    f1: float | None


@cache
def six_bodies(people: int, seed: int) -> Extracts:
    """The bodies of a town of so many people, each erring in its own way."""
    made = {body: extract_of(people, seed, body) for body in BODIES}
    return Extracts(
        {body: extract for body, (extract, _) in made.items()},
        {body: person for body, (_, person) in made.items()},
        people,
        people,
    )


@cache
def lists(people: int, seed: int, without: tuple[str, ...] = ()) -> Extracts:
    """Two lists of about so many people each, four in five of them on both; no shared id on either.

    Args:
        people: on each list.
        seed: of the source of chance.
        without: columns that the second list never asks for.
    """
    pieces: dict[str, list[pl.DataFrame]] = {}
    for side, piece in two_lists(people, seed):
        pieces.setdefault(side, []).append(piece)
    whole = {side: pl.concat(parts) for side, parts in pieces.items()}
    nothing = pl.lit(None, dtype=pl.String)
    return Extracts(
        {
            side: rows.select(
                pl.col(name)
                if name in rows.columns and not (side == SIDES[1] and name in without)
                else nothing.alias(name)
                for name in PEOPLE_COLUMNS
            )
            for side, rows in whole.items()
        },
        {side: rows.select("client_ref", "person") for side, rows in whole.items()},
        area(people),
        min(sum(rows.height for rows in whole.values()), area(people)),
    )


def quality(strength: Strength, extracts: Extracts, most_clients: int) -> Quality:
    """Figures of one strength on these extracts, linked at default settings.

    Args:
        strength: of the tokens.
        extracts: what the bodies hold.
        most_clients: a body that hides nothing withholds a token that more of its clients share.
    """
    encoded = {body: _encoded(strength, extracts, body, most_clients) for body in extracts.people}
    weighed = weigh([_sent(each, extracts, body) for body, each in encoded.items()], LinkageSettings())
    known = pl.concat(
        each.map.join(extracts.person[body], on="client_ref").select(
            pl.lit(body).alias("body"), "record_id", "person"
        )
        for body, each in encoded.items()
    )
    known = weighed.records.clients.join(known, on=["body", "record_id"], how="left", maintain_order="left")
    found = measured(weighed, known["person"].rank("dense").cast(pl.Int64).to_numpy(), LinkageSettings())
    after = found["after"]["default"]
    sent = [each.tokens.select(list(each.composites)) for each in encoded.values()]
    return Quality(
        composites=sent[0].width,
        tokens=sum(sum(each.count().row(0)) for each in sent) / sum(each.height for each in sent),
        candidates=found["candidates"]["recall"],
        precision=after["precision"],
        f1=after["f1"],
    )


def _encoded(strength: Strength, extracts: Extracts, body: str, most_clients: int) -> Encoded:
    return encode(
        PEOPLE.verify(extracts.people[body]),
        secret=LINKAGE,
        record_secret=RECORD,
        project=PROJECT,
        period=PERIOD,
        profile=PROFILE,
        strength=strength,
        population=extracts.population,
        most_people=extracts.most_people,
        unique_clients=body not in SOME_TWICE,
        most_clients_per_token=most_clients,
    )


def _sent(encoded: Encoded, extracts: Extracts, body: str) -> BodyTokens:
    return as_sent(
        encoded,
        body,
        profile=PROFILE,
        key="0" * 32,
        population=extracts.population,
        unique=body not in SOME_TWICE,
    )
