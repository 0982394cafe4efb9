"""A project of two bodies whose zones stand apart, each party in a folder of its own."""

import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

BODIES = ("housing", "benefits")
PARTIES: Mapping[str, tuple[str, ...]] = {
    "housing": ("housing",),
    "benefits": ("benefits",),
    "linkage_unit": ("linkage",),
    "analysis_unit": ("analysis", "publication"),
}
KEYS_OF = {
    "housing": ("linkage", "log", "witness"),
    "benefits": ("linkage", "log", "witness"),
    "linkage_unit": ("spine", "log", "witness"),
    "analysis_unit": ("log", "witness"),
}
"""Keys of the project file that each party needs, beside its own."""


def two_bodies(text: str) -> str:
    """The example's project file with two of its bodies."""
    parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    kept = [each for each in parts if not each.startswith("[bodies.") or each[8:].startswith(BODIES)]
    return "".join(kept).replace('refused_pairs = [["prison", "revenues"]]', "refused_pairs = []")


def section(drop: str, fingerprints: Mapping[str, str] = {}) -> str:  # noqa: B006 - never changed
    """[hand_over] of the four parties."""
    lines = ["", "[hand_over]", f'drop = "{drop}"', ""]
    for party, zones in PARTIES.items():
        named = ", ".join(f'"{zone}"' for zone in zones)
        lines += [f"[hand_over.parties.{party}]", f"zones = [{named}]"]
        lines += [f'fingerprint = "{fingerprints[party]}"'] if party in fingerprints else []
        lines += [""]
    return "\n".join(lines)


def zones_of(text: str) -> Mapping[str, tuple[str, ...]]:
    """Party to its zones, as a project file says."""
    parties = tomllib.loads(text)["hand_over"]["parties"]
    return {name: tuple(party["zones"]) for name, party in parties.items()}


def furnish(whole: Path, home: Path, party: str) -> None:
    """Give a party's folder what belongs to it of a project that lies together: extracts and keys."""
    shutil.copy(whole / "journey-notes.toml", home)
    keys = home / "keys"
    keys.mkdir(mode=0o750)
    for role in KEYS_OF[party]:
        for path in (whole / "keys").glob(f"example-{role}.*"):
            shutil.copy(path, keys)
    if party in BODIES:
        (home / "bodies").mkdir(mode=0o750)
        shutil.copytree(whole / "bodies" / party, home / "bodies" / party)
