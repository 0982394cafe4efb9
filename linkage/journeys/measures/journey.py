"""The measures of journeys."""

import polars as pl

from config.event_words import AvoidableCode
from config.tables import PartOf
from linkage.journeys.cells import LEAST_FOR_MEDIAN
from linkage.journeys.conformance import PARTS
from linkage.journeys.measures import outcomes, waiting
from linkage.journeys.measures.costs import ALIGNED_UNIVERSE, COSTS, COSTS_PARTS_OF, COSTS_WITHIN
from linkage.journeys.measures.experience import EXPERIENCE, EXPERIENCE_WITHIN
from linkage.journeys.measures.measure import ONE, Family, Quantile, Quotient, with_p90

CONTACTS_UNIVERSE = "contacts"
ASSESSED_UNIVERSE = "contacts assessed"
AVOIDABLE_UNIVERSE = "avoidable contacts"
OPEN_UNIVERSE = "journeys open"
HAND_OFFS_UNIVERSE = "hand-offs"
DUPLICATES_UNIVERSE = "duplicated requests for evidence"

QUOTIENTS = (
    Quotient(
        "hand_offs_per_journey",
        "journeys",
        "hand-offs per journey",
        pl.col("hand_offs"),
        ONE,
        ONE,
        ONE,
        numerator_of=HAND_OFFS_UNIVERSE,
    ),
    Quotient("ping_pong", "journeys", "% of journeys", pl.col("ping_pong"), ONE, ONE, ONE, scale=100, decimals=1),
    Quotient(
        "multi_service",
        "journeys",
        "% of journeys",
        pl.col("several_services"),
        ONE,
        ONE,
        ONE,
        scale=100,
        decimals=1,
    ),
    Quotient(
        "open",
        "journeys",
        "% of journeys",
        pl.col("open"),
        ONE,
        ONE,
        ONE,
        scale=100,
        decimals=1,
        numerator_of=OPEN_UNIVERSE,
    ),
    Quotient(
        "contacts_per_journey",
        outcomes.DIRECTED_UNIVERSE,
        "contacts per journey",
        pl.col("contacts_stated") * pl.col("direction_known"),
        pl.col("direction_known"),
        pl.col("direction_known"),
        ONE,
        needs=("direction",),
    ),
    Quotient(
        "avoidable_assessed",
        ASSESSED_UNIVERSE,
        "% of contacts assessed",
        pl.col("avoidable"),
        pl.col("assessed"),
        pl.col("assessed"),
        pl.col("contacts"),
        bodies="bodies_assessed",
        scale=100,
        decimals=1,
        needs=("avoidable_code",),
        numerator_of=AVOIDABLE_UNIVERSE,
    ),
    Quotient(
        "avoidable_inferred",
        "contacts",
        "% of contacts",
        pl.col("inferred"),
        pl.col("contacts"),
        pl.col("contacts"),
        pl.col("contacts"),
        bodies="bodies_contacts",
        scale=100,
        decimals=1,
    ),
    Quotient(
        "duplicated_evidence",
        "requests for evidence",
        "% of requests",
        pl.col("duplicates"),
        pl.col("requests_typed"),
        pl.col("requests_typed"),
        pl.col("requests"),
        bodies="bodies_requests",
        scale=100,
        decimals=1,
        needs=("evidence_type",),
        numerator_of=DUPLICATES_UNIVERSE,
    ),
    Quotient(
        "duplicated_evidence_across_bodies",
        "requests for evidence",
        "% of requests",
        pl.col("duplicates_across"),
        pl.col("requests_typed"),
        pl.col("requests_typed"),
        pl.col("requests"),
        bodies="bodies_requests",
        scale=100,
        decimals=1,
        needs=("evidence_type",),
    ),
    Quotient(
        "conformance",
        ALIGNED_UNIVERSE,
        "% of ideal",
        pl.col("conformance"),
        pl.col("conformance").is_not_null(),
        pl.col("conformance").is_not_null(),
        pl.col("over_typed"),
        bodies="bodies_steps",
        scale=100,
        part=PARTS,
        decimals=1,
        needs=("step",),
    ),
    *EXPERIENCE,
    *COSTS,
    *outcomes.QUOTIENTS,
)

QUANTILES = (
    *with_p90(
        Quantile(
            "time_to_service_median",
            0.5,
            LEAST_FOR_MEDIAN,
            waiting.ASKING_UNIVERSE,
            asked="asked",
            served="served",
            days="days",
        )
    ),
    *waiting.QUANTILES,
)

REASONS = tuple(
    each.value for each in AvoidableCode if each not in (AvoidableCode.NONE, AvoidableCode.NOT_ASSESSED)
)

PARTS_OF = {
    ASSESSED_UNIVERSE: PartOf(CONTACTS_UNIVERSE, "reason", (AvoidableCode.NONE.value, *REASONS)),
    AVOIDABLE_UNIVERSE: PartOf(CONTACTS_UNIVERSE, "reason", REASONS),
    **COSTS_PARTS_OF,
}
"""What the table of avoidable contacts counts by reason is counted here all together."""

WITHIN = {
    waiting.ASKING_UNIVERSE: "journeys",
    outcomes.DIRECTED_UNIVERSE: "journeys",
    ASSESSED_UNIVERSE: CONTACTS_UNIVERSE,
    **EXPERIENCE_WITHIN,
    **COSTS_WITHIN,
    **outcomes.WITHIN,
    **waiting.WITHIN,
}
"""Universes of things that hold what a measure needs, to the universe of all of them."""

JOURNEY_MEASURES = Family("journeys", "journeys", QUOTIENTS, QUANTILES, PARTS_OF, WITHIN)
