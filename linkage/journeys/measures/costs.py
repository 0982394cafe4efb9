"""Measures of what journeys cost, and of what would be saved if they took the ideal path."""

import polars as pl

from config.tables import PartOf
from linkage.journeys.costs import COST
from linkage.journeys.measures.measure import ONE, Quotient

PENCE = 0.01
COSTED_UNIVERSE = "journeys of known cost"
ALIGNED_UNIVERSE = "journeys over with a step"
SAVING_UNIVERSE = "journeys over whose unnecessary steps all have a cost"
UNNECESSARY_UNIVERSE = "unnecessary steps"

ENDS = (("", 1), ("_low", 0), ("_high", 0))
"""Pounds, to a tenth; the ends of the range to whole pounds. More places would tell how many contacts of each
channel are behind the sum, which no rule looks at."""

COSTS = (
    *(
        Quotient(
            f"cost_per_journey{end}",
            COSTED_UNIVERSE,
            "pounds per journey",
            pl.col(f"cost_pence{end}"),
            pl.col("cost_known"),
            pl.col("cost_known"),
            ONE,
            bodies="bodies_priced",
            scale=PENCE,
            decimals=decimals,
            needs=(COST,),
        )
        for end, decimals in ENDS
    ),
    Quotient(
        "unnecessary_touch_points",
        ALIGNED_UNIVERSE,
        "steps per journey",
        pl.col("unnecessary"),
        pl.col("conformance").is_not_null(),
        pl.col("conformance").is_not_null(),
        pl.col("over_typed"),
        bodies="bodies_steps",
        needs=("step",),
        numerator_of=UNNECESSARY_UNIVERSE,
    ),
    *(
        Quotient(
            f"saving_per_journey{end}",
            SAVING_UNIVERSE,
            "pounds per journey",
            pl.col(f"saving_pence{end}"),
            pl.col("saving_known"),
            pl.col("saving_known"),
            pl.col("conformance").is_not_null(),
            bodies="bodies_steps",
            scale=PENCE,
            decimals=decimals,
            needs=("step", COST),
        )
        for end, decimals in ENDS
    ),
)

COSTS_PARTS_OF = {UNNECESSARY_UNIVERSE: PartOf("steps of journeys over", "kind", ("repeated", "inserted"))}
COSTS_WITHIN = {COSTED_UNIVERSE: "journeys", SAVING_UNIVERSE: ALIGNED_UNIVERSE}
