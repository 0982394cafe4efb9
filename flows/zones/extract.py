"""In the analysis unit: journeys one by one for a safe setting. No identifier or token is here."""

from anonymise.extract import make_extract
from config.errors import SettingsError
from config.sealing import sealed
from config.settings import ExtractSettings
from config.terms import Action
from flows.audit.extract_facts import extracted
from flows.context import Context
from flows.extracted import FOLDER, write_extract
from flows.stores import sweep
from flows.zones.analysis import ZONE, linked_events
from linkage.journeys.rows import journey_rows


@sealed("extract")
def extract_journeys(context: Context) -> dict[str, int]:
    """Generalise the linked journeys until the project's limits are kept, attack them and write them.

    Returns:
        Counts to show: journeys written and suppressed, classes.

    Raises:
        SettingsError: the project file asks for no extract, or one of its approvers is the one who makes it.
        DisclosureError: no extract keeps the limits, the attack succeeded, or nobody says why it may stand beside
            other extracts or releases; an earlier extract stays.
    """
    settings, places = _allowed(context), context.places
    sweep(places.analysis)
    linked = linked_events(context)
    truth = journey_rows(linked.persons, linked.events, context.project).rows
    made = make_extract(truth, settings, context.project.disclosure)
    entries = context.log.entries
    others = {str(entry.facts.values["rows"]) for entry in entries if entry.action is Action.EXTRACTED}
    rows, output = write_extract(
        places.analysis / FOLDER,
        made,
        truth,
        context.project,
        settings,
        inputs={"spine": linked.spine.digest, **{f"events/{body}": each for body, each in linked.inputs.items()}},
        others=frozenset(others),
        published=len({entry.subject for entry in entries if entry.action is Action.PUBLISHED}),
    )
    facts = extracted(
        settings=settings,
        journeys=made.journeys,
        suppressed={reason.replace(" ", "_"): count for reason, count in made.suppressed.items()},
        spine=linked.spine.digest,
        inputs=linked.inputs,
        rows=rows,
        output=output,
        least_people=context.least_people,
    )
    context.note(facts, ZONE)
    return {"journeys": made.journeys, "suppressed": sum(made.suppressed.values()), "classes": made.classes}


def _allowed(context: Context) -> ExtractSettings:
    """The settings, where others than the runner answer for the extract."""
    settings = context.project.extract
    if settings is None:
        raise SettingsError(context.loaded.file, ["extract: there is no such section, so no extract is made"])
    if context.actor in settings.approved_by:
        raise SettingsError(
            context.loaded.file, ["--as: expected somebody else than approved_by of [extract], who answers for it"]
        )
    return settings
