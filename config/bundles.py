"""What stands in the manifest of each bundle that one zone hands to another."""

from typing import Annotated, Literal

from pydantic import Field

from config.frozen import Frozen
from config.settings import SharedId
from config.terms import ProfileName

FORMAT_VERSION = 1
TRUTH = "truth"
"""Column of a token bundle that links are judged by, and never made with."""
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Chance = Annotated[float, Field(ge=0, le=1)]
LevelName = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")]


class BundleManifest(Frozen):
    """What every bundle says of itself."""

    format: Literal[1]
    project: str
    period: str
    body: str
    file: str
    digest: Digest
    """SHA-256 of the file."""
    rows: int = Field(ge=0)
    seal: str = ""
    """SHA-256 of all else that the manifest says, so that damage to any of it shows."""


class TokenManifest(BundleManifest):
    """A bundle of tokens."""

    kind: Literal["tokens"]
    profile: ProfileName
    key_id: str
    """A keyed derivation from the linkage key; equal in two bundles exactly if the key is."""
    key_period: str | None = None
    """The period that the tokens' keys are of, where it is not the bundle's own."""
    population: int = Field(ge=1)
    unique_clients: bool
    clients: int = Field(ge=0)
    composites: dict[str, tuple[LevelName, ...]]
    """Token column to the levels whose values stand in it together, as 'field.level'."""
    agreement: dict[str, dict[str, Chance]]
    """Field to level to the chance that two of the body's clients, both with the field, have this as their
    level of agreement (first level on which they agree); `different` included, so that each sums to 1. Levels
    that no client holds are left out. Under `home` the chances that two clients agree on two levels of a home at
    once, such as the house and the postcode sector."""
    completeness: dict[str, Chance]
    """Field to the share of rows that hold it."""
    withheld: dict[str, Annotated[int, Field(ge=0)]]
    """Token column to the number of tokens withheld because too many clients share them."""
    truth: SharedId | None = None
    """The id that was held out, if one was: it stands in no composite, and its tokens in a column `truth`."""

    @property
    def keyed_for(self) -> str:
        """The period that the tokens' keys are of; tokens of two such periods never agree."""
        return self.key_period or self.period


class EventManifest(BundleManifest):
    """A bundle of events."""

    kind: Literal["events"]
    columns: tuple[str, ...]
    """Event columns that the body supplies; the others are null throughout."""


class SpineManifest(BundleManifest):
    """The spine that the linkage unit hands to the analysis unit."""

    kind: Literal["spine"]
    records: dict[str, int]
    """Body to its number of records."""
    profile: ProfileName
    persons: int = Field(ge=0)
    quality: dict[str, float]
    """Estimated precision and recall at the three thresholds, as 'precision', 'recall', 'precision_low', …,
    and 'recall_of_all', …, which counts pairs that share no token too."""
    inputs: dict[str, Digest]
    """Body to the digest of the bundle of tokens that was linked."""
    settings: Digest
    """What decided who is linked to whom, as `flows.settled` digests it."""
