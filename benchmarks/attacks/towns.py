"""Invented towns, written down by bodies and by whoever keeps the attacker's list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from anonymise.compounds import with_parts
from anonymise.encode import netstring
from anonymise.features import FEATURES, features
from anonymise.normalise import normalise
from benchmarks.attacks.mixing import Flags, Hashes, Numbers
from benchmarks.attacks.sides import Versions
from config.frames import PEOPLE
from flows.synthetic.addresses import addresses
from flows.synthetic.membership import BODIES, memberships
from flows.synthetic.population import REFERENCE_DAY, population
from flows.synthetic.recording import recorded

PIECE: Final = 50_000
EVERYBODY: Final = "everybody"
"""A keeper of records who knows all people and writes all of them down as they are. With a colon and the name
of a body after it: who knows all people and errs as that body does."""

HASH_SEED: Final = 20_251_231


@dataclass(frozen=True)
class Recorded:
    """All that one keeper of records wrote.

    Attributes:
        hashes: feature to one number per version, 0 where there is none.
        client: of each version, numbered from 0; shape (versions,).
        person: of each client.
    """

    hashes: dict[str, Hashes]
    client: Numbers
    person: Numbers


@dataclass(frozen=True)
class Towns:
    """People of the towns, in order of their numbers.

    Attributes:
        household: of each person.
        members: body to a flag per person: who is its client.
        recorded: keeper to all that he wrote.
    """

    household: Numbers
    members: dict[str, Flags]
    recorded: dict[str, Recorded]


def towns(people: int, seed: int, keepers: tuple[str, ...], *, ids: bool = False) -> Towns:
    """So many people, and what these keepers of records write of them.

    Args:
        people: how many.
        seed: of the source of chance.
        keepers: bodies that the generator knows, `EVERYBODY`, or `EVERYBODY`, a colon and such a body.
        ids: `EVERYBODY` also holds NHS numbers, National Insurance numbers and property numbers.
    """
    households: list[Numbers] = []
    members: dict[str, list[Flags]] = {EVERYBODY: [], **{body: [] for body in BODIES}}
    written: dict[str, list[tuple[dict[str, Hashes], Numbers, Numbers]]] = {keeper: [] for keeper in keepers}
    for first, persons, homes in _pieces(people, seed):
        before = int(households[-1][-1]) + 1 if households else 0
        households.append(persons["household"].to_numpy() + before)
        known = _members(seed, first, persons)
        for body, flags in known.items():
            members[body].append(flags)
        for keeper in keepers:
            written[keeper].append(_hashed(*_written(seed, first, keeper, persons, homes, known, ids=ids)))
    return Towns(
        np.concatenate(households),
        {body: np.concatenate(flags) for body, flags in members.items()},
        {keeper: _joined(parts) for keeper, parts in written.items()},
    )


def extract_of(people: int, seed: int, keeper: str, *, ids: bool = False) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What a keeper wrote, in one frame that keeps PEOPLE; and `person`, as text, of each `client_ref`."""
    parts = [
        _written(seed, first, keeper, persons, homes, _members(seed, first, persons), ids=ids)
        for first, persons, homes in _pieces(people, seed)
    ]
    whole = pl.concat(extract for extract, _ in parts)
    person = pl.Series("person", np.concatenate([persons for _, persons in parts])).cast(pl.String)
    return whole, pl.DataFrame([whole["client_ref"], person]).unique("client_ref")


def _members(seed: int, first: int, persons: pl.DataFrame) -> dict[str, Flags]:
    everybody = {EVERYBODY: np.ones(persons.height, dtype=bool)}
    return everybody | memberships(np.random.default_rng([seed, first, 1]), persons)


def _written(
    seed: int,
    first: int,
    keeper: str,
    persons: pl.DataFrame,
    homes: pl.DataFrame,
    known: dict[str, Flags],
    *,
    ids: bool,
) -> tuple[pl.DataFrame, Numbers]:
    """The keeper's rows of a piece, and whose each is."""
    if keeper == EVERYBODY:
        return _as_they_are(persons, homes, ids=ids)
    name, _, habits = keeper.partition(":")
    body = habits or name
    rng = np.random.default_rng([seed, first, 2, len(habits), BODIES.index(body)])
    extract, truth = recorded(rng, body, persons, homes, known[name])
    person = extract.select("client_ref").join(truth, on="client_ref", how="left", maintain_order="left")["person"]
    return _complete(extract), person.to_numpy()


def _pieces(people: int, seed: int) -> Iterator[tuple[int, pl.DataFrame, pl.DataFrame]]:
    made = homes_before = units = 0
    while made < people:
        rng = np.random.default_rng([seed, made])
        persons = population(rng, min(PIECE, people - made), made)
        homes = addresses(rng, persons["home"].n_unique(), units, homes_before)
        yield made, persons, homes
        made += persons.height
        homes_before += homes.height
        units = int(homes["unit"][-1]) + 1


def _as_they_are(persons: pl.DataFrame, homes: pl.DataFrame, *, ids: bool) -> tuple[pl.DataFrame, Numbers]:
    there = homes[persons["home"].to_numpy()]
    extract = pl.DataFrame(
        {
            "client_ref": persons["person"].cast(pl.String),
            **{name: persons[name] for name in ("first_name", "middle_name", "last_name", "sex")},
            "dob": persons["dob"].cast(pl.Date).cast(pl.String),
            **{name: there[name] for name in ("house", "street", "place", "postcode")},
            **(
                {"nhs_number": persons["nhs_number"], "nino": persons["nino"], "uprn": there["uprn"]}
                if ids
                else {}
            ),
        }
    )
    return _complete(extract), persons["person"].to_numpy()


def _complete(extract: pl.DataFrame) -> pl.DataFrame:
    """All columns of PEOPLE in their order."""
    nothing = pl.lit(None, dtype=pl.String)
    return extract.select(
        (pl.col(name) if name in extract.columns else nothing.alias(name)) for name in PEOPLE.columns
    )


def _hashed(extract: pl.DataFrame, person: Numbers) -> tuple[dict[str, Hashes], Numbers, Numbers]:
    """Features as numbers; client of each version, numbered within the piece; person of each client."""
    canonical = normalise(extract, latest=date.fromisoformat(str(REFERENCE_DAY)))
    found = with_parts(features(canonical), extract, canonical)
    refs = found["client_ref"].unique(maintain_order=True).to_frame().with_row_index("client")
    known = pl.DataFrame({"client_ref": extract["client_ref"], "person": person}).unique("client_ref")
    client = found.select("client_ref").join(refs, on="client_ref", how="left", maintain_order="left")["client"]
    persons = refs.join(known, on="client_ref", how="left", maintain_order="left")["person"]
    hashes = found.select(netstring(name).alias(name) for name in FEATURES).select(
        pl.when(pl.col(name).is_not_null()).then(pl.col(name).hash(HASH_SEED)).otherwise(0).alias(name)
        for name in FEATURES
    )
    return (
        {name: hashes[name].to_numpy() for name in FEATURES},
        client.to_numpy().astype(np.int64),
        persons.to_numpy().astype(np.int64),
    )


def _joined(parts: list[tuple[dict[str, Hashes], Numbers, Numbers]]) -> Recorded:
    before = np.cumsum([0, *(len(person) for _, _, person in parts)])
    return Recorded(
        {name: np.concatenate([hashes[name] for hashes, _, _ in parts]) for name in FEATURES},
        np.concatenate([client + start for (_, client, _), start in zip(parts, before[:-1], strict=True)]),
        np.concatenate([person for _, _, person in parts]),
    )


def chosen(parts: Sequence[tuple[Recorded, Flags]], rng: np.random.Generator) -> Versions:
    """The records of some people in each of several bodies, rows and records in random order.

    Args:
        parts: for each body what was written, and which persons' records are taken, by their numbers.
        rng: the source of chance.
    """
    picked = [people[each.person] for each, people in parts]
    rows = [some[each.client] for (each, _), some in zip(parts, picked, strict=True)]
    starts = np.cumsum([0, *(int(some.sum()) for some in picked)])
    person = np.concatenate([each.person[some] for (each, _), some in zip(parts, picked, strict=True)])
    body = np.repeat(np.arange(len(parts)), np.diff(starts))
    record = np.concatenate(
        [
            (np.cumsum(some) - 1)[each.client[here]] + start
            for (each, _), some, here, start in zip(parts, picked, rows, starts[:-1], strict=True)
        ]
    )
    order, names = rng.permutation(len(record)), rng.permutation(len(person))
    place = np.empty_like(names)
    place[names] = np.arange(len(names))
    hashes = {
        name: np.concatenate([each.hashes[name][here] for (each, _), here in zip(parts, rows, strict=True)])[order]
        for name in FEATURES
    }
    return Versions(hashes, place[record][order], body[names], person[names])
