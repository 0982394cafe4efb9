"""One process: what the linkage unit does with bundles of tokens.

python -m benchmarks.linkage.linking BUNDLES
"""

import sys
from pathlib import Path

import polars as pl

from config.bundles import TokenManifest
from config.settings import LinkageSettings
from flows.bundles import MANIFEST
from linkage.bundles import BodyTokens
from linkage.link import link


def bundles(folder: Path) -> list[BodyTokens]:
    """Every bundle in a folder."""
    found = []
    for each in sorted(path.parent for path in folder.glob(f"*/{MANIFEST}")):
        manifest = TokenManifest.model_validate_json((each / MANIFEST).read_bytes())
        found.append(BodyTokens(manifest, pl.read_parquet(each / manifest.file)))
    return found


def main(folder: Path) -> None:
    link(bundles(folder), LinkageSettings()).spine.write_parquet(folder / "spine.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
