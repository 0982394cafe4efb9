"""Two bodies of one invented town, through the real encoding and linkage: who is found to be whom."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from anonymise.encode import encode
from anonymise.keys import key_id, secret
from config.bundles import TokenManifest
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE
from config.settings import LinkageSettings
from config.terms import ProfileName
from flows.synthetic.addresses import addresses
from flows.synthetic.population import population
from linkage.bundles import BodyTokens
from linkage.link import link

LINKAGE, RECORD = (
    secret(name, hashlib.sha256(f"{name} key of the two bodies".encode()).digest())
    for name in ("linkage", "record")
)
PEOPLE_COUNTED = 20_000
"""Of the town, which has fewer people in the tests than it would have."""

Row = dict[str, str | None]


def town(people: int, seed: int) -> list[Row]:
    """Everybody as they are; `client_ref` is the person, and `household` stands beside our columns."""
    rng = np.random.default_rng(seed)
    everybody = population(rng, people, 1)
    there = addresses(rng, everybody["home"].n_unique(), 0, 0)[everybody["home"].to_numpy()]
    names = ("first_name", "middle_name", "last_name", "sex", "nhs_number", "nino")
    rows = everybody.select(
        pl.col("person").cast(pl.String).alias("client_ref"),
        pl.col("household").cast(pl.String),
        pl.col("dob").cast(pl.Date).cast(pl.String),
        *names,
    ).with_columns(there[name] for name in ("house", "street", "place", "postcode", "uprn"))
    return rows.to_dicts()


def partners(left: Sequence[Row], right: Sequence[Row], profile: ProfileName) -> Mapping[str, str]:
    """Client of the left body to the client of the right one who is found to be the same person."""
    made = [_body("left", left, profile), _body("right", right, profile)]
    references = pl.concat(map_ for _, map_ in made)
    spine = link([body for body, _ in made], LinkageSettings()).spine.join(references, on=["body", "record_id"])
    here, there = (spine.filter(pl.col("body") == name) for name in ("left", "right"))
    both = here.join(there, on="person").select("client_ref", "client_ref_right")
    return dict(both.iter_rows())


def _body(name: str, rows: Sequence[Row], profile: ProfileName) -> tuple[BodyTokens, pl.DataFrame]:
    """What a body with these rows sends, and which record is which client."""
    people = pl.DataFrame(
        [{each: row.get(each) for each in PEOPLE_COLUMNS} for row in rows], schema=PEOPLE.columns
    )
    made = encode(
        people, secret=LINKAGE, record_secret=RECORD, project="town", period="2026", profile=profile,
        population=PEOPLE_COUNTED, unique_clients=True, most_clients_per_token=20,
    )  # fmt: skip
    manifest = TokenManifest(
        format=1, project="town", period="2026", body=name, file="tokens.parquet", digest="0" * 64,
        rows=made.tokens.height, kind="tokens", profile=profile, key_id=key_id(LINKAGE), population=PEOPLE_COUNTED,
        unique_clients=True, clients=made.clients, composites=made.composites, agreement=made.agreement,
        completeness=made.completeness, withheld=made.withheld,
    )  # fmt: skip
    return BodyTokens(manifest, made.tokens), made.map.with_columns(pl.lit(name).alias("body"))
