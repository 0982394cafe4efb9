"""The routes that invented people take through the six bodies."""

from functools import partial
from typing import Final

import polars as pl

from config.event_words import Channel, Direction, EventType
from flows.synthetic.stages import MEETS, WORKS, WRITES, Route, Stage

_repairs = partial(Stage, "housing", "repairs")
_tenancy = partial(Stage, "housing", "tenancy")
_homeless = partial(Stage, "housing", "homelessness")
_adaptations = partial(Stage, "housing", "adaptations")
_council_tax = partial(Stage, "revenues", "council_tax")
_benefit = partial(Stage, "benefits", "housing_benefit")
_support = partial(Stage, "benefits", "council_tax_support")
_care = partial(Stage, "adult_social_care", "social_care")
_hospital = partial(Stage, "nhs_trust", "hospital")
_community = partial(Stage, "nhs_trust", "community_health")
_resettlement = partial(Stage, "prison", "resettlement")

REPAIR: Final = Route(
    name="repair",
    need="repair_needed",
    rate=pl.when(pl.col("in_housing") & pl.col("tenant") & pl.col("liable")).then(0.85).otherwise(0.0),
    groups={"contractor": 0.86, "urgent": 0.12},
    stages=(
        _repairs("report_repair", EventType.CONTACT, 0, due=28),
        _repairs("diagnose", EventType.RESPONSE, 1.5, share=0.9, chases=0.15),
        _repairs("contractor_visit", EventType.VISIT, 2.5, group="urgent"),
        _repairs("order_raised", EventType.REFERRAL, 0, group="contractor", mix=WORKS),
        _repairs(
            "contractor_visit",
            EventType.VISIT,
            9,
            group="contractor",
            again=0.3,
            chases=0.55,
            silent=0.03,
            contractor=True,
        ),
        _repairs(
            "repair_done",
            EventType.DELIVERY,
            2,
            share=0.93,
            again=0.03,
            chases=0.2,
            contractor=True,
        ),
        _repairs("case_closed", EventType.CLOSURE, 2, silent=0.04),
    ),
)

CHANGE: Final = Route(
    name="benefit_change",
    need="income_changed",
    rate=pl.when(pl.col("in_benefits") & (pl.col("age") >= 18)).then(0.45).otherwise(0.0),
    groups={
        "income": 0.85,
        "savings": 0.35,
        "revenues_too": 0.6,
        "revenues_proof": 0.4,
        "housing_too": 0.5,
        "rent": 0.2,
    },
    stages=(
        _benefit("report_change", EventType.CONTACT, 0, due=30),
        _benefit("evidence_asked", EventType.EVIDENCE_REQUEST, 4, group="income", evidence="income", again=0.12),
        _benefit("evidence_asked", EventType.EVIDENCE_REQUEST, 0, group="savings", evidence="savings"),
        _benefit("evidence_asked", EventType.EVIDENCE_REQUEST, 0, group="rent", evidence="tenancy_agreement"),
        _benefit("evidence_given", EventType.EVIDENCE_RECEIVED, 6, group="income", evidence="income", silent=0.05),
        _benefit("evidence_given", EventType.EVIDENCE_RECEIVED, 0, group="savings", evidence="savings"),
        _benefit("evidence_given", EventType.EVIDENCE_RECEIVED, 1, group="rent", evidence="tenancy_agreement"),
        _council_tax("report_change", EventType.CONTACT, 3, group="revenues_too"),
        _council_tax("evidence_asked", EventType.EVIDENCE_REQUEST, 3, group="revenues_proof", evidence="income"),
        _council_tax("evidence_given", EventType.EVIDENCE_RECEIVED, 5, group="revenues_proof", evidence="income"),
        _tenancy("report_change", EventType.CONTACT, 3, group="housing_too"),
        _tenancy("evidence_asked", EventType.EVIDENCE_REQUEST, 2, group="housing_too", evidence="income"),
        _tenancy("evidence_given", EventType.EVIDENCE_RECEIVED, 5, group="housing_too", evidence="income"),
        _benefit("assess_change", EventType.DECISION, 12, chases=0.8, silent=0.02),
        _benefit("payment_changed", EventType.DELIVERY, 5, share=0.88, chases=0.2),
        _benefit("case_closed", EventType.CLOSURE, 1, silent=0.02),
    ),
)

DISCHARGE: Final = Route(
    name="hospital_discharge",
    need="care_after_hospital",
    rate=pl.when(pl.col("in_nhs_trust") & pl.col("in_adult_social_care"))
    .then(0.7)
    .when(pl.col("in_nhs_trust") & (pl.col("age") >= 70))
    .then(0.12)
    .otherwise(0.0),
    groups={"adaptation": 0.5, "delayed": 0.3},
    motives=(("long_term_condition", 0.5), ("injury", 0.25), ("mental_health", 0.05), ("other_health", 0.2)),
    stages=(
        _hospital("admission", EventType.NEED, 0),
        _hospital("plan_discharge", EventType.CONTACT, 3, mix=MEETS, direction=Direction.OUTBOUND),
        _hospital("refer_to_care", EventType.REFERRAL, 1, to_body="adult_social_care"),
        _care("care_assessment", EventType.VISIT, 4, chases=0.3, mix=MEETS, due=14),
        _care("care_decision", EventType.DECISION, 3),
        _hospital(
            "plan_discharge", EventType.CONTACT, 2, group="delayed", mix=MEETS, direction=Direction.OUTBOUND
        ),
        _hospital("go_home", EventType.DELIVERY, 2, mix=MEETS),
        _care("care_starts", EventType.DELIVERY, 2, chases=0.35, silent=0.04),
        _care("refer_adaptation", EventType.REFERRAL, 5, group="adaptation", to_body="housing"),
        _adaptations("adaptation_survey", EventType.VISIT, 15, group="adaptation", chases=0.4, share=0.95),
        _adaptations("adaptation_fitted", EventType.DELIVERY, 30, group="adaptation", chases=0.9, silent=0.1),
        _care("case_closed", EventType.CLOSURE, 10),
    ),
)

RELEASE: Final = Route(
    name="leaving_prison",
    need="leaving_prison",
    rate=pl.when(pl.col("in_prison")).then(0.8).otherwise(0.0),
    groups={"homeless": 0.75, "claim": 0.85, "health": 0.6, "proof": 0.7, "offer": 0.55},
    motives=(("substance_use", 0.4), ("mental_health", 0.35), ("other_health", 0.25)),
    stages=(
        _resettlement("plan_release", EventType.CONTACT, 0, mix=MEETS, direction=Direction.OUTBOUND),
        _resettlement("refer_housing", EventType.REFERRAL, 5, group="homeless", to_body="housing"),
        _resettlement("refer_benefits", EventType.REFERRAL, 0, group="claim", to_body="benefits"),
        _resettlement("refer_health", EventType.REFERRAL, 0, group="health", to_body="nhs_trust"),
        _resettlement("released", EventType.DELIVERY, 20, mix=MEETS),
        _homeless(
            "homeless_application",
            EventType.REQUEST,
            1,
            group="homeless",
            due=56,
            mix=((Channel.FACE_TO_FACE, 0.7), (Channel.PHONE, 0.3)),
        ),
        _homeless("evidence_asked", EventType.EVIDENCE_REQUEST, 1, group="homeless", evidence="identity"),
        _benefit("claim_made", EventType.REQUEST, 1, group="claim", due=35),
        _benefit("evidence_asked", EventType.EVIDENCE_REQUEST, 3, group="proof", evidence="identity", again=0.2),
        _homeless(
            "evidence_given", EventType.EVIDENCE_RECEIVED, 4, group="homeless", evidence="identity", silent=0.08
        ),
        _benefit("evidence_given", EventType.EVIDENCE_RECEIVED, 4, group="proof", evidence="identity"),
        _community("health_appointment", EventType.VISIT, 6, group="health", mix=MEETS, chases=0.2, again=0.3),
        _homeless("home_offered", EventType.DELIVERY, 15, group="offer", chases=1.1, mix=WRITES, silent=0.12),
        _benefit("claim_paid", EventType.PAYMENT, 8, group="claim", chases=0.9),
        _resettlement("case_closed", EventType.CLOSURE, 15, silent=0.05),
    ),
)

HARDSHIP: Final = Route(
    name="council_tax_hardship",
    need="cannot_pay",
    rate=pl.when(pl.col("in_revenues") & pl.col("liable"))
    .then(0.03 + 0.28 * pl.col("poverty") ** 1.5)
    .otherwise(0.0),
    groups={"proof": 0.8, "support": 0.65, "support_proof": 0.75, "address": 0.25},
    stages=(
        _council_tax("bill_reminder", EventType.CONTACT, 0, share=0.7, mix=WRITES, direction=Direction.OUTBOUND),
        _council_tax("ask_for_help", EventType.REQUEST, 8, due=21),
        _council_tax(
            "evidence_asked", EventType.EVIDENCE_REQUEST, 5, group="proof", evidence="income", again=0.15
        ),
        _council_tax("evidence_asked", EventType.EVIDENCE_REQUEST, 0, group="address", evidence="address"),
        _council_tax(
            "evidence_given", EventType.EVIDENCE_RECEIVED, 6, group="proof", evidence="income", silent=0.07
        ),
        _council_tax("evidence_given", EventType.EVIDENCE_RECEIVED, 0, group="address", evidence="address"),
        _support("support_claim", EventType.REQUEST, 2, group="support"),
        _support("evidence_asked", EventType.EVIDENCE_REQUEST, 3, group="support_proof", evidence="income"),
        _support("evidence_given", EventType.EVIDENCE_RECEIVED, 6, group="support_proof", evidence="income"),
        _support("support_decided", EventType.DECISION, 10, group="support", chases=0.5),
        _council_tax("hardship_decision", EventType.DECISION, 8, chases=0.6, silent=0.03),
        _council_tax("arrangement_made", EventType.DELIVERY, 3, share=0.8, mix=WRITES),
        _council_tax("case_closed", EventType.CLOSURE, 5),
    ),
)

OUTPATIENT: Final = Route(
    name="outpatient",
    rate=pl.when(pl.col("in_nhs_trust")).then(0.12 + 0.003 * pl.col("age")).otherwise(0.0),
    groups={"call": 0.25},
    motives=(("long_term_condition", 0.4), ("injury", 0.2), ("mental_health", 0.1), ("other_health", 0.3)),
    stages=(
        _hospital("appointment_letter", EventType.CONTACT, 0, mix=WRITES, direction=Direction.OUTBOUND),
        _hospital("general_enquiry", EventType.CONTACT, 8, group="call"),
        _hospital("health_appointment", EventType.VISIT, 30, mix=MEETS, again=0.25, silent=0.06, chases=0.2),
    ),
)

ENQUIRY: Final = Route(
    name="tenancy_enquiry",
    rate=pl.when(pl.col("in_housing") & (pl.col("age") >= 18)).then(0.3).otherwise(0.0),
    stages=(
        _tenancy("general_enquiry", EventType.CONTACT, 0),
        _tenancy("general_enquiry", EventType.RESPONSE, 2, share=0.8, chases=0.15),
    ),
)

ROUTES: Final = (REPAIR, CHANGE, DISCHARGE, RELEASE, HARDSHIP, OUTPATIENT, ENQUIRY)
