"""What a release says of itself: the models of `manifest.json`, its canonical bytes and the id they give."""

import hashlib
from typing import Annotated, Literal

import rfc8785
from pydantic import Field

from config.bundles import Digest
from config.derived import Derived
from config.frozen import Frozen
from config.terms import Method, ProfileName, TableKind

MANIFEST = "manifest.json"
ID_DIGITS = 16

ReleaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
FileName = Annotated[
    str, Field(pattern=r"^([a-z][a-z0-9_]{0,39}\.(csv|parquet|md|html)|csv-metadata\.json|tables\.xlsx)$")
]


class ReleasedFile(Frozen):
    """One file of the folder."""

    sha256: Digest
    bytes: int = Field(ge=0)
    rows: int | None
    """Of data, without the header; null where the file is not a table."""


class ReleasedDimension(Frozen):
    """One dimension of a table, as `config.tables.Dimension` has it."""

    name: str
    totalled: bool
    people_additive: bool
    count_additive: bool
    merged: tuple[str, ...] = ()
    """Groups whose parts do not stand."""
    parents: dict[str, str] = Field(default_factory=dict)
    """Category to the category that it is a part of."""


class Counted(Frozen):
    """Rows of a file, one behind the other, that count the same."""

    universe: str
    rows: int


class ReleasedTable(Frozen):
    """One table and what was withheld in it."""

    name: str
    title: str
    kind: TableKind
    dimensions: tuple[ReleasedDimension, ...]
    rows: int
    published: int
    confidential: int
    not_available: int
    not_applicable: int
    held: int = 0
    """Rows that show what an earlier release showed."""
    universes: tuple[Counted, ...] = ()
    """What is counted, in the order of the file's rows; cells of two releases that count the same are compared."""


class DerivedTable(Frozen):
    """A table that is worked out from published ones, this release's and the one's before."""

    name: Derived
    title: str
    rows: int


class Rules(Frozen):
    """The limits that the project file sets."""

    least_people: int
    least_bodies: int
    protection: int
    zeros: Literal["structural", "sampled"] = "structural"
    """Whether a combination that nobody falls in has no row, or one like any small number."""
    refused_pairs: tuple[tuple[str, str], ...]
    link_probability: float
    range_low: float
    range_high: float
    method: Method = Method.SUPPRESSION
    parameters: dict[str, float] = Field(default={})
    """Of the method, as the project file names them."""


class Protection(Frozen):
    """What the method of protection does for the people in the tables."""

    method: Method
    does: str
    guarantees: tuple[str, ...]
    leaves: tuple[str, ...]
    widened: int = 0
    """Multiples beyond its neighbours that a number of controlled rounding may be away."""


class Withheld(Frozen):
    """What disclosure control withheld, over all tables.

    Not how many cells each rule is against. Bounds show that many a withheld cell holds more than a few people;
    whoever also knew how many cells hold few could say which ones these are.
    """

    cells: int
    """Rows of all tables."""
    withheld: int
    """Of these, marked `c`."""
    withheld_percent: float


class Attack(Frozen):
    """What the attack on exactly these tables found."""

    attacked: int
    """Withheld numbers, of people and of things counted."""
    recovered: int
    inside_protection: int
    certainly_below: int
    verdict: str


class Linkage(Frozen):
    """Quality of the links, estimated by the model."""

    profile: ProfileName
    persons_below: int
    """The attack on the tables knew it: a limit of two figures that the number of persons is below."""
    quality_percent: dict[str, float]


class Facts(Frozen):
    """Everything a release says beside its tables; the report and the methods note show nothing else."""

    project: str
    title: str
    period: str
    synthetic: bool
    bodies: dict[str, str]
    """Name to title."""
    tables: tuple[ReleasedTable, ...]
    rules: Rules
    disclosure: Withheld
    attack: Attack
    linkage: Linkage
    inputs: dict[str, Digest]
    config_digest: Digest
    code_version: str
    protection: Protection | None = None
    """None in releases that were made before there was more than one method."""
    compared: tuple[ReleaseId, ...] = ()
    """The earlier releases that this one was protected against and attacked with, in order of publication."""
    derived: tuple[DerivedTable, ...] = ()
    """What is worked out from published tables alone."""
    changed_since: ReleaseId | None = None
    """The release before, with which the derived table of changes compares this one."""
    notes_digest: Digest | None = None
    """SHA-256 of the notes that the report shows, as canonical JSON: journey type, step, text."""
    as_at: str | None = None
    """The moment as at which open journeys alone are told; null: everything, as at the period's end."""


class ReleaseManifest(Facts):
    """The whole of `manifest.json`."""

    format: Literal[1]
    kind: Literal["release"]
    id: ReleaseId
    files: dict[FileName, ReleasedFile]


def identified(facts: Facts, files: dict[str, ReleasedFile]) -> ReleaseManifest:
    """The manifest, named by its own content: the same tables, inputs, settings and code give the same id."""
    parts = {**dict(facts), "format": 1, "kind": "release", "files": files}
    draft = ReleaseManifest.model_validate({**parts, "id": "0" * ID_DIGITS})
    return draft.model_copy(update={"id": id_of(draft)})


def id_of(manifest: ReleaseManifest) -> str:
    """First digits of the SHA-256 over the manifest's canonical bytes without its id."""
    rest = manifest.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
    return hashlib.sha256(rfc8785.dumps(rest)).hexdigest()[:ID_DIGITS]


def manifest_bytes(manifest: ReleaseManifest) -> bytes:
    """Canonical JSON, RFC 8785. What has its default is left out: that keeps the bytes of older releases."""
    return rfc8785.dumps(manifest.model_dump(mode="json", exclude_defaults=True))
