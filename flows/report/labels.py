"""Words for readers in place of the words that tables hold."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from config.event_words import AvoidableCode
from config.hierarchies import ancestors, parents_of, quarters
from config.settings import Project
from config.terms import TOTAL
from flows.report.route_labels import route_label

AVOIDABLE = {
    AvoidableCode.NONE: "Not avoidable",
    AvoidableCode.CHASE: "Chasing progress",
    AvoidableCode.UNCLEAR_LETTER: "Unclear letter or message",
    AvoidableCode.SHOULD_BE_ONLINE: "Should have been possible online",
    AvoidableCode.WRONG_PLACE: "Came to the wrong place",
    AvoidableCode.REPEAT_INFO: "Giving the same information again",
    AvoidableCode.CLOSED_EARLY: "Case closed too early",
    AvoidableCode.NOT_ASSESSED: "Not assessed",
}

STATES = {
    "__start__": "Start",
    "__end__": "End",
    "__lapsed__": "Nothing more happens",
    "__open__": "Still open",
}
"""Before the first step of a journey and after its last."""

MEASURES = {
    "contacts_per_journey": ("Contacts per journey", "journeys"),
    "time_to_service_median": ("Time to a service: half wait no longer than", "journeys with a contact"),
    "time_to_service_p90": ("Time to a service: nine in ten wait no longer than", "journeys with a contact"),
    "avoidable_assessed": ("Avoidable contact, as coded by staff", "contacts assessed"),
    "avoidable_inferred": ("Avoidable contact, inferred from repeats", "contacts"),
    "duplicated_evidence": ("Evidence asked for again", "requests for evidence"),
    "hand_offs_per_journey": ("Hand-offs per journey", "journeys"),
    "multi_service": ("Journeys through several services", "journeys"),
    "conformance": ("Agreement with the ideal path", "journeys that are over"),
    "duplicated_evidence_across_bodies": ("Evidence asked for again by another body", "requests for evidence"),
    "ping_pong": ("Journeys sent back to a body they had left", "journeys"),
    "open": ("Journeys still open", "journeys"),
    "journeys": ("Journeys per person", "journeys"),
    "feeling": ("How people felt, from -2 to 2", "feelings told"),
    "negative_feeling": ("Feelings that were bad", "feelings told"),
    "positive_feeling": ("Satisfied, in surveys", "survey answers"),
    "feeling_response": ("Journeys of which a feeling is told", "journeys"),
    "cost_per_journey": ("Cost of a journey", "journeys of known cost"),
    "cost_per_journey_low": ("Cost of a journey at the lowest unit costs", "journeys of known cost"),
    "cost_per_journey_high": ("Cost of a journey at the highest unit costs", "journeys of known cost"),
    "unnecessary_touch_points": ("Steps beyond the ideal path", "journeys that are over"),
    "saving_per_journey": ("Cost of the steps beyond the ideal path", "journeys that are over"),
    "saving_per_journey_low": ("The same at the lowest unit costs", "journeys that are over"),
    "saving_per_journey_high": ("The same at the highest unit costs", "journeys that are over"),
    "visits": ("Visits per person", "visits"),
    "step_wait_median": ("Wait for the step: half wait no longer than", "visits after another event"),
    "step_wait_p90": ("Wait for the step: nine in ten wait no longer than", "visits after another event"),
    "drop_off": ("Lost after the step", "visits long enough ago"),
    "step_avoidable": ("Avoidable contact at the step, as coded by staff", "contacts assessed"),
    "step_feeling": ("How people felt at the step, from -2 to 2", "visits with a feeling told"),
    "step_negative": ("Feelings at the step that were bad", "visits with a feeling told"),
    "rework": ("Visits by those who had been at the step before", "visits"),
    "step_cost": ("Cost of a visit", "visits of known cost"),
    "time_to_first_response_median": (
        "Time to a first response: half wait no longer than",
        "journeys with a contact and all directions stated",
    ),
    "time_to_first_response_p90": (
        "Time to a first response: nine in ten wait no longer than",
        "journeys with a contact and all directions stated",
    ),
    "wait_before_chase_median": (
        "Silence before somebody first chases: half of it no longer than",
        "journeys with a chase after something was sent",
    ),
    "pre_contact_lead_median": (
        "From the need to the first contact: half no longer than",
        "journeys with a contact and a need dated before it",
    ),
    "report_to_complete_median": ("From report to completion: half take no longer than", "jobs with a contact"),
    "report_to_complete_p90": (
        "From report to completion: nine in ten take no longer than",
        "jobs with a contact",
    ),
    "visits_per_job": ("Visits per job", "jobs"),
    "job_hand_offs": ("Hand-offs between body and third party, per job", "jobs with all parties stated"),
    "on_time": ("Done by the day it was due", "due dates that have come"),
    "completion": ("Journeys that went their whole way", "journeys over where outcomes are recorded"),
    "goal_achieved": ("Journeys that achieved their goal", "journeys over with an outcome"),
    "digital_take_up": ("Contacts made on the web", "contacts with channel stated"),
    "repeat_users": ("Users by choice who came again", "users by choice, of a kind of journey each"),
    "customer_effort": ("Contacts, evidence given and hand-offs per journey", "journeys with direction stated"),
}
"""Measure to its label and what its `count` counts, in the order of the report's headlines."""

DIMENSIONS = {
    "from_body": "Body left",
    "to_body": "Body reached",
    "from_step": "Step before",
    "to_step": "Step after",
    "first_body": "Body that asked first",
    "repeating_body": "Body that asked again",
    "kind": "Against the ideal",
    "stage": "Last step reached",
    "age": "Days since it began",
}
"""Dimensions whose own names do not read well."""

ALIGNED = {
    "followed": "as in the ideal",
    "skipped": "left out",
    "repeated": "repeated",
    "inserted": "added",
}

HOT_SPOT_TESTS = {
    "wait": "long wait",
    "drop_off": "people drop off",
    "avoidable": "avoidable contact",
    "feeling": "bad feeling",
    "rework": "repeated work",
}
"""The fixed tests of a hot spot."""

CAUSES = {
    "suppression": "Suppression alone could explain it",
    "linkage": "Linkage alone could explain it",
    "neither": "Neither suppression nor linkage explains it",
    "unknown": "Not known: it has no linkage range",
    "columns": "A column was missing, or the figure did not apply",
    "other_table": "The table stands in one release alone, or has other dimensions or groups",
}
"""What else than journeys could make a figure change."""

OTHER = "__other__"
"""Everything that a table does not tell apart."""

SIDES = re.compile(r"^(from|to|first|repeating|other)_")
"""What is added to a dimension's name where a table has the same thing twice."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
AGE = re.compile(r"(\d+)_(?:to_(\d+)|or_more)")
"""A band of days."""
QUARTER = re.compile(r"(\d{4})-Q([1-4])")


@dataclass(frozen=True)
class Labels:
    """Labels of one project.

    Attributes:
        words: sort of thing (body, step, service …) to word to label.
        parents: sort of thing to category to the group that it is a part of.
    """

    words: Mapping[str, Mapping[str, str]]
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, dimension: str, word: str) -> str:
        """The label of one category; a word nobody labelled is shown as plain text."""
        if word == TOTAL:
            return "All"
        if dimension == "route":
            return "Other routes" if word == OTHER else self._route(word)
        if dimension == "age" and (band := AGE.fullmatch(word)):
            return f"{band[1]} to {band[2]} days" if band[2] else f"{band[1]} days or more"
        month = MONTH.fullmatch(word)
        if month:
            return f"{MONTHS[int(month[2]) - 1]} {month[1]}"
        quarter = QUARTER.fullmatch(word)
        if quarter:
            last = 3 * int(quarter[2])
            return f"{MONTHS[last - 3]} to {MONTHS[last - 1]} {quarter[1]}"
        if dimension == "route":
            return route_label(word, self.words.get("body", {}))
        known = self.words.get(SIDES.sub("", dimension), {})
        return known.get(word) or plain(word)

    def _route(self, word: str) -> str:
        """Bodies in order; those of a set in any order; an ellipsis where a route goes on."""
        named = [each.strip() for each in word.strip("{}").split("," if word.startswith("{") else ">")]
        titles = [each if each == "…" else self.of("body", each) for each in named]
        if not word.startswith("{"):
            return " → ".join(titles)
        if titles[-1] == "…":
            return f"{', '.join(titles[:-1])} and others, in any order"
        return f"{', '.join(titles[:-1])} and {titles[-1]}, in any order"

    def wholes(self, dimension: str, words: Collection[str]) -> set[str]:
        """Of some categories of a dimension, the groups that others of them are parts of."""
        parents = self.parents.get(SIDES.sub("", dimension), {})
        months = quarters([word for word in words if MONTH.fullmatch(word)])
        return set(words) & {above for word in words for above in ancestors(word, {**parents, **months})}


def labels(project: Project) -> Labels:
    """The labels that a project file gives, and ours for the closed lists."""
    words = project.words
    avoidable = {str(code): label for code, label in AVOIDABLE.items()}
    groups = {
        str(sort): {name: f"{group.title} (all)" for name, group in groups.items()}
        for sort, groups in project.hierarchies.items()
    }
    single: dict[str, Mapping[str, str]] = {
        **words.model_dump(),
        "step": {**words.step, **STATES},
        "body": {name: body.title for name, body in project.bodies.items()},
        "journey_type": {name: journey.title for name, journey in project.journeys.items()},
        "reason": avoidable,
        "measure": {name: label for name, (label, _) in MEASURES.items()},
        "kind": ALIGNED,
        "stage": {**words.step, **STATES},
    }
    parents = {str(sort): parents_of(groups) for sort, groups in project.hierarchies.items()}
    if "step" in groups:
        groups["stage"], parents["stage"] = groups["step"], parents["step"]
    every = {sort: {**known, **groups.get(sort, {})} for sort, known in single.items()}
    return Labels(every, parents)


def head(dimension: str) -> str:
    """What a dimension is called at the top of its column."""
    return DIMENSIONS.get(dimension) or plain(dimension)


def plain(word: str) -> str:
    """A word of ours as text: underscores to spaces, first letter large."""
    text = word.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
