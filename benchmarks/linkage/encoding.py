"""One process: what one body does with its list.

python -m benchmarks.linkage.encoding SET LIST PROFILE BUNDLES
"""

import hashlib
import sys
from pathlib import Path
from typing import Final

import polars as pl

from anonymise.encode import encode
from anonymise.keys import key_id, secret
from benchmarks.linkage.sets import known_set
from config.bundles import TokenManifest
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE
from config.terms import ProfileName
from flows.bundles import write_bundle
from flows.evaluate import MOST_CLIENTS_PER_TOKEN, PERIOD, PROJECT

KEYS: Final = tuple(hashlib.sha256(f"benchmark {name}".encode()).digest() for name in ("linkage", "record"))
"""Nobody's keys: the people are invented, and no figure depends on them."""


def main(folder: Path, name: str, profile: ProfileName, bundle: Path) -> None:
    known = known_set(folder)
    people = PEOPLE.verify(pl.read_parquet(folder / f"{name}.parquet", columns=list(PEOPLE_COLUMNS)))
    unique = known.unique[known.lists.index(name)]
    linkage, own = secret("linkage", KEYS[0]), secret("record", KEYS[1])
    encoded = encode(
        people,
        secret=linkage,
        record_secret=own,
        project=PROJECT,
        period=PERIOD,
        profile=profile,
        population=known.population,
        most_people=min(sum(known.rows), known.population),
        unique_clients=unique,
        most_clients_per_token=MOST_CLIENTS_PER_TOKEN,
    )
    bundle.mkdir(parents=True, exist_ok=True)
    encoded.map.write_parquet(bundle.parent / f"{name}.map.parquet")
    write_bundle(
        bundle / name,
        encoded.tokens,
        TokenManifest,
        format=1,
        project=PROJECT,
        period=PERIOD,
        body=name,
        kind="tokens",
        profile=profile,
        key_id=key_id(linkage),
        population=known.population,
        unique_clients=unique,
        **encoded.told,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], ProfileName(sys.argv[3]), Path(sys.argv[4]))
