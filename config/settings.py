"""Everything a project file may say, as frozen models. Nothing that protects people has a default."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from config.bodies import Body
from config.consent import ConsentSettings
from config.costs import Cost
from config.disclosure import DisclosureSettings
from config.event_words import Channel, EventType
from config.frozen import Frozen, KeyName, Label, Name, Period, Probability, RelativePath
from config.hand_over import HandOverSettings
from config.hot_spots import HotSpotSettings
from config.ideal import IdealPath, linear_paths, steps_of
from config.in_flight import InFlightSettings
from config.notes import NotesSettings
from config.notifications import NotificationSettings
from config.people import Person, SignOffSettings
from config.personas import PersonaSettings
from config.retention import RetentionSettings
from config.routes import RouteSettings
from config.schedule import Schedule
from config.spark import spark_setting
from config.terms import (
    BandLevel,
    Breakdown,
    DateLevel,
    ExtractColumn,
    ExtractLevel,
    Hierarchical,
    ProfileName,
    RouteLevel,
    SegmentLevel,
    SensitiveColumn,
    TableKind,
    TypeLevel,
)
from config.time_outs import TimeOuts

SharedId = Literal["nhs_number", "nino", "ssn"]
"""Ids that one person has and several bodies may hold; a UPRN is of a household and not among them."""


class ProjectSettings(Frozen):
    """What the project is called and for which period its keys and releases are."""

    name: Name
    title: Label
    period: Period
    population: int = Field(ge=1_000, le=100_000_000)
    """People in the area that the bodies serve; the strength of tokens grows with it."""
    synthetic: bool
    """True marks every output as made from invented people."""


class Folders(Frozen):
    """Where each zone keeps its files; relative to the project file."""

    bodies: RelativePath = "bodies"
    exchange: RelativePath = "exchange"
    linkage: RelativePath = "linkage"
    analysis: RelativePath = "analysis"
    releases: RelativePath = "releases"
    log: RelativePath = "log"
    keys: RelativePath = "keys"
    people: RelativePath = "people"
    """Public keys of people; never a private one."""


class KeyNames(Frozen):
    """Names of key files in the keys folder; never a key."""

    linkage: KeyName
    spine: KeyName
    log: KeyName
    witness: KeyName
    at_rest: bool = False
    """Whether tokens, events, links and tables lie encrypted on disk, under keys of their period that can be
    destroyed."""


class EncodingSettings(Frozen):
    """How identifiers become tokens."""

    profile: ProfileName
    most_clients_per_token: int = Field(ge=2, le=1_000)
    """A token that more clients of a body share is withheld by the body."""
    key_period: Period | None = None
    """The period that keys are of; the project's own where it is not said. Tokens of one key can be compared
    from one period to the next."""


class LinkageSettings(Frozen):
    """When two records are one person, and on what that is worked out."""

    least_probability: Probability = 0.95
    range_low: Probability = 0.80
    range_high: Probability = 0.99
    """The two thresholds that give each measure its linkage range."""
    most_pairs_per_token: int = Field(default=10_000, ge=100)
    """A token that would give more pairs gives none; how many pairs this leaves out is logged."""
    truth: SharedId | None = None
    """An id that is never linked on, so that links can be judged by it; None: every id is linked on."""
    engine: Literal["polars", "duckdb", "pyspark"] = "polars"
    """Where candidates are found; all give the same links."""
    most_memory_gib: Annotated[float, Field(ge=1)] | None = None
    """Memory that the linkage may use; three quarters of what is available where it is not said."""
    spark: dict[Annotated[str, AfterValidator(spark_setting)], str] = {}
    """Where Spark runs, and Spark's own settings."""

    @model_validator(mode="after")
    def _ordered(self) -> "LinkageSettings":
        if not self.range_low <= self.least_probability <= self.range_high:
            raise ValueError("range_low <= least_probability <= range_high")
        return self


class Words(Frozen):
    """The words that event columns may hold, each with a label for readers."""

    service: dict[Name, Label] = Field(min_length=1)
    step: dict[Name, Label] = Field(default={}, max_length=50_000)
    need_code: dict[Name, Label] = {}
    motive: dict[Name, Label] = {}
    evidence_type: dict[Name, Label] = {}
    segment: dict[Name, Label] = {}
    consent_scope: dict[Name, Label] = {}


class JourneyType(Frozen):
    """What starts a journey, what ends it, and the path it would ideally take."""

    title: Label
    start_services: tuple[Name, ...] = ()
    start_needs: tuple[Name, ...] = ()
    end_events: tuple[EventType, ...] = (EventType.CLOSURE,)
    gap_days: int = Field(ge=1, le=3_650)
    """Without an event for longer than this, the journey is over."""
    ideal_path: IdealPath
    """Steps of [words.step], in order. "step?" may be left out; of ["this", "that"], one is taken."""

    @model_validator(mode="after")
    def _starts(self) -> "JourneyType":
        if not (self.start_services or self.start_needs):
            raise ValueError("at least one of start_services and start_needs")
        return self

    @property
    def ideal_steps(self) -> tuple[str, ...]:
        """Every step of the ideal path, in its order, each once."""
        return steps_of(self.ideal_path)

    @property
    def ideal_paths(self) -> tuple[tuple[str, ...], ...]:
        """Every way through the ideal path as steps in order, the one that comes first in the file first."""
        return linear_paths(self.ideal_path)


class MeasureSettings(Frozen):
    """Definitions that the measures share."""

    untyped_gap_days: int = Field(default=90, ge=1)
    """The gap that splits events outside every journey type."""
    repeat_contact_days: int = Field(default=28, ge=1)
    unit_cost_pence: dict[Channel, Cost] = {}
    """What a contact costs where the event does not say: pence, or a range of them."""
    evidence_valid_days: int = Field(default=365, ge=1)
    drop_off_days: int = Field(default=28, ge=1)
    """Who had no event for so long after a step, and no outcome, dropped off at it."""
    hot_spots: HotSpotSettings = HotSpotSettings()


class Group(Frozen):
    """Categories that belong together; every table that has them shows the group beside them."""

    title: Label
    parts: tuple[Name, ...] = Field(min_length=1)
    """Words of the sort, or groups of it. For months: "calendar" alone."""


class TableSettings(Frozen):
    """One table to publish."""

    name: Name
    title: Label
    kind: TableKind
    by: tuple[Breakdown, ...] = ()


def _listed(said: object) -> object:
    """One name is a list of one."""
    if isinstance(said, str):
        return (said,)
    return tuple(said) if isinstance(said, list) else said


class ExtractSettings(Frozen):
    """How journeys are generalised for a safe setting. Where the section is missing, no extract is ever made."""

    setting: Literal["safe setting"]
    """Whoever writes these words says that the extract is read in a safe setting, and nowhere else."""
    approved_by: Annotated[tuple[Name, ...], BeforeValidator(_listed), Field(min_length=1)]
    """Who of [people] answer for it, as many as must approve a release; never the one who makes it."""
    beside_others: Label | None = None
    """Why it may stand beside other extracts or published releases of the same people; without, it may not."""
    least_people: int = Field(ge=5)
    """k: different people whom each row may be about."""
    least_values: int = Field(ge=2)
    """l: different values of each sensitive column among rows that are alike."""
    diversity: Literal["distinct", "entropy"]
    """Whether values are counted, or weighed by how even they are."""
    most_distance: Annotated[float, Field(gt=0, lt=1)]
    """t: how far the values among rows that are alike may be from those of the whole extract."""
    most_suppressed_percent: Annotated[float, Field(ge=0, le=100)]
    """Journeys left out, of all journeys."""
    sensitive: tuple[SensitiveColumn, ...] = Field(min_length=1)
    """Columns that nobody may learn of a person they know."""
    started: tuple[DateLevel, ...] = ()
    segment: tuple[SegmentLevel, ...] = ()
    route: tuple[RouteLevel, ...] = ()
    journey_type: tuple[TypeLevel, ...] = ()
    duration: tuple[BandLevel, ...] = ()
    """Levels at which a column may be told that somebody could know of a person."""
    segment_groups: dict[Name, Name] = {}
    """Segment to its group."""

    @property
    def levels(self) -> Mapping[ExtractColumn, Sequence[ExtractLevel]]:
        """The columns that somebody could know of a person (quasi-identifiers), with their allowed levels."""
        named: dict[ExtractColumn, Sequence[ExtractLevel]] = {
            ExtractColumn.STARTED: self.started,
            ExtractColumn.SEGMENT: self.segment,
            ExtractColumn.ROUTE: self.route,
            ExtractColumn.JOURNEY_TYPE: self.journey_type,
            ExtractColumn.DURATION: self.duration,
        }
        return {column: levels for column, levels in named.items() if levels}


class Project(Frozen):
    """The whole project file."""

    project: ProjectSettings
    folders: Folders = Folders()
    keys: KeyNames
    bodies: dict[Name, Body] = Field(min_length=1)
    encoding: EncodingSettings
    linkage: LinkageSettings = LinkageSettings()
    words: Words
    journeys: dict[Name, JourneyType] = Field(default={}, max_length=63)
    measures: MeasureSettings = MeasureSettings()
    routes: RouteSettings = RouteSettings()
    consent: ConsentSettings | None = None
    hierarchies: dict[Hierarchical, dict[Name, Group]] = {}
    tables: tuple[TableSettings, ...] = Field(min_length=1)
    disclosure: DisclosureSettings
    people: dict[Name, Person] = Field(min_length=2)
    sign_off: SignOffSettings
    schedule: Schedule | None = None
    time_outs: TimeOuts = TimeOuts()
    notifications: NotificationSettings = NotificationSettings()
    personas: PersonaSettings | None = None
    in_flight: InFlightSettings = InFlightSettings()
    extract: ExtractSettings | None = None
    notes: NotesSettings | None = None
    retention: RetentionSettings | None = None
    hand_over: HandOverSettings | None = None
