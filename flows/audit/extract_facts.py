"""What may be said of an extract of journeys for a safe setting."""

from collections.abc import Mapping

from config.settings import ExtractSettings
from config.terms import Action
from flows.audit.facts import Facts, people


def extracted(
    *,
    settings: ExtractSettings,
    journeys: int,
    suppressed: Mapping[str, int],
    spine: str,
    inputs: Mapping[str, str],
    rows: str,
    output: str,
    least_people: int,
) -> Facts:
    """Journeys were generalised, attacked in vain, and written for a safe setting.

    Args:
        settings: who approved it, and the limits that were kept.
        journeys: written.
        suppressed: reason to journeys that were not; give every reason, those that held back none too.
        spine: digest of the spine's file.
        inputs: body to the digest of its bundle of events.
        rows: digest of the file of rows.
        output: digest of the manifest.
        least_people: the project's limit.
    """
    return Facts(
        Action.EXTRACTED,
        {
            "approvers": tuple(sorted(set(settings.approved_by))),
            "people_alike": settings.least_people,
            "values_alike": settings.least_values,
            "most_distance": round(settings.most_distance * 1_000_000),
            "journeys": people(journeys, least_people),
            "suppressed": {reason: people(count, least_people) for reason, count in suppressed.items()},
            "spine": spine,
            "inputs": dict(inputs),
            "rows": rows,
            "output": output,
            "least_people": least_people,
        },
    )
