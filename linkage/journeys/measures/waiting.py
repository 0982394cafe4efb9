"""Waits of journeys: for a first response, before a first chase, and from the need to the contact."""

from linkage.journeys.cells import LEAST_FOR_MEDIAN
from linkage.journeys.measures.measure import Quantile, with_p90

ASKING_UNIVERSE = "journeys with a contact"
RESPONSE_UNIVERSE = "journeys with a contact and all directions stated"
CHASE_UNIVERSE = "journeys with a chase after something was sent"
LEAD_UNIVERSE = "journeys with a contact and a need dated before it"

QUANTILES = (
    *with_p90(
        Quantile(
            "time_to_first_response_median",
            0.5,
            LEAST_FOR_MEDIAN,
            RESPONSE_UNIVERSE,
            asked="response_asked",
            served="response_served",
            days="response_days",
            needs=("direction",),
            records="asked",
        )
    ),
    Quantile(
        "wait_before_chase_median",
        0.5,
        LEAST_FOR_MEDIAN,
        CHASE_UNIVERSE,
        asked="chase_asked",
        served="chase_served",
        days="chase_days",
        needs=("direction", "avoidable_code"),
        held="assessed_directed",
        records="contacts",
    ),
    Quantile(
        "pre_contact_lead_median",
        0.5,
        LEAST_FOR_MEDIAN,
        LEAD_UNIVERSE,
        asked="lead_asked",
        served="lead_served",
        days="lead_days",
        needs=("need_date",),
        records="asked",
    ),
)

WITHIN = {RESPONSE_UNIVERSE: ASKING_UNIVERSE, LEAD_UNIVERSE: ASKING_UNIVERSE}
