"""What the report says of each kind of table, and what of it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from config.event_words import AvoidableCode
from config.terms import TableKind


@dataclass(frozen=True)
class Kind:
    """One section of the report.

    Attributes:
        heading: of the section.
        about: one or two sentences that a newcomer understands.
        counted: what `count` counts, for column heads; empty where it says what `people` says.
        drawn: column whose numbers the bars show.
        compared: dimensions that tell the bars apart; all others stand at their total.
        joint: between the labels of two dimensions.
        only: dimension and the one category that is drawn, where others count something else.
        looks: category of the first dimension compared to the class and the meaning of its bar.
    """

    heading: str
    about: str
    counted: str
    drawn: str
    compared: tuple[str, ...]
    joint: str = ", "
    only: tuple[str, str] | None = None
    looks: Mapping[str, tuple[str, str]] = field(default_factory=dict)


REASONS: Final = {
    **{str(code): ("bar", "avoidable") for code in AvoidableCode},
    str(AvoidableCode.NONE): ("two", "not avoidable"),
    str(AvoidableCode.NOT_ASSESSED): ("four", "not assessed"),
}


KINDS: Final = {
    TableKind.JOURNEYS: Kind(
        "Journeys",
        "A journey is everything that happens to one person about one matter, across all bodies, until it ends "
        "or nothing has happened for so long that it counts as over.",
        "Journeys",
        "count",
        ("journey_type",),
    ),
    TableKind.MEASURES: Kind(
        "What journeys are like",
        "How many contacts journeys take, how long people wait and what they have to repeat. Each figure has "
        "its own denominator.",
        "Denominator",
        "value",
        ("measure",),
    ),
    TableKind.IN_FLIGHT: Kind(
        "Journeys still open",
        "Journeys that had not ended at the moment of counting, by the last step that they reached and by the "
        "days since they began.",
        "Open journeys",
        "count",
        ("stage",),
    ),
    TableKind.HAND_OFFS: Kind(
        "Hand-offs between bodies",
        "A hand-off is a step of a journey at another body than the step before it.",
        "Hand-offs",
        "count",
        ("from_body", "to_body"),
        " → ",
    ),
    TableKind.ROUTES: Kind(
        "Routes from body to body",
        "Which bodies a journey went through, in order. Routes of few people are told less closely: by how they "
        "begin, by which bodies they went through in any order, or as other routes.",
        "Journeys",
        "count",
        ("route",),
    ),
    TableKind.TRANSITIONS: Kind(
        "From step to step",
        "Which step follows which, and how long people wait between the two.",
        "Times",
        "count",
        ("from_step", "to_step"),
        " → ",
    ),
    TableKind.STEPS: Kind(
        "Steps, one by one",
        "What each step is like: how many get there, how long they waited, how they feel, and what it costs.",
        "Denominator",
        "count",
        ("step",),
        only=("measure", "visits"),
    ),
    TableKind.OVERLAP: Kind(
        "People known to more than one body",
        "Of the people known to either of two bodies, how many are known to both.",
        "",
        "value",
        ("body", "other_body"),
        " and ",
    ),
    TableKind.AVOIDABLE: Kind(
        "Avoidable contact",
        "Contacts by the reason that staff coded for them. A contact that nobody assessed is neither avoidable "
        "nor unavoidable.",
        "Contacts",
        "count",
        ("reason",),
        looks=REASONS,
    ),
    TableKind.EVIDENCE: Kind(
        "Evidence asked for again",
        "Requests for evidence that some public body had asked for before and that was still valid.",
        "Requests",
        "count",
        ("evidence_type",),
    ),
    TableKind.CONFORMANCE: Kind(
        "Current against ideal",
        "Steps of journeys that are over, laid beside the ideal path of their type: taken as in the ideal, "
        "left out, repeated or added.",
        "Steps",
        "count",
        ("step", "kind"),
    ),
}
"""In the order of the report."""
