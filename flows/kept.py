"""What the linkage unit keeps from one linkage to the next, in a folder of its own: whole, or not at all."""

import json
import shutil
from pathlib import Path
from typing import Final

import polars as pl

from config.contracts import Contract
from config.errors import BundleError, ContractError
from flows.at_rest import PLAIN, AtRest, is_encrypted
from flows.stores import digest_of, replacing_folder
from linkage.through_time import Kept

FOLDER: Final = "kept"
BASIS: Final = "basis.json"
FRAMES: Final = {
    "rows": Contract(
        "kept rows", pl.Schema({"body": pl.String(), "record_id": pl.String(), "tokens": pl.UInt64()})
    ),
    "pairs": Contract("kept pairs", pl.Schema({"pair": pl.Int64(), "word0": pl.Int64()}), open=True),
    "crowds": Contract("kept crowds", pl.Schema({"composite": pl.String(), "token": pl.UInt64()})),
}


def keep(zone: Path, found: Kept, at_rest: AtRest = PLAIN) -> None:
    """Write what the next linkage may go on from; takes the place of what was kept before."""
    with replacing_folder(zone / FOLDER) as part:
        digests = {}
        for name in FRAMES:
            path = part / f"{name}.parquet"
            digests[name] = at_rest.write(path, getattr(found, name), f"{FOLDER}/{name}")
        (part / BASIS).write_text(json.dumps({"basis": found.basis, "files": digests}), encoding="utf-8")


def kept(zone: Path, at_rest: AtRest = PLAIN) -> Kept | None:
    """What the last linkage kept; None where nothing is, or what is there is not whole: all is linked again."""
    folder = zone / FOLDER
    try:
        said = json.loads((folder / BASIS).read_text(encoding="utf-8"))
        frames = {}
        for name, contract in FRAMES.items():
            path = folder / f"{name}.parquet"
            digest = str(said["files"][name])
            if not is_encrypted(path) and digest_of(path) != digest:
                return None
            frames[name] = contract.verify(at_rest.read(path, f"{FOLDER}/{name}", digest))
        return Kept(basis=str(said["basis"]), **frames)
    except (OSError, ValueError, KeyError, TypeError, BundleError, ContractError):
        return None


def forget(zone: Path) -> None:
    """Remove what was kept."""
    shutil.rmtree(zone / FOLDER, ignore_errors=True)
