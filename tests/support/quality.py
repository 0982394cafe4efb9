"""A linkage small enough to count by hand, and the report on it."""

from collections.abc import Sequence

from config.settings import Project
from flows.quality.contents import Quality
from flows.quality.gather import gather
from linkage.bundles import BodyTokens
from linkage.continuity import carry_over
from linkage.link import Linked, link
from linkage.truth import held_out
from tests.support.contents import project
from tests.support.token_bundles import people_bundle

SHARED, ALONE = 30, 12
"""People whom both bodies know, and people whom each knows alone."""


def bodies(*, truth: bool = True) -> list[BodyTokens]:
    """Two bodies that record 30 people alike and 12 of their own.

    With `truth` everybody has a number, but one of the shared people has another one in the second body.
    """
    made = []
    for name in ("benefits", "housing"):
        people = [*(f"both{n}" for n in range(SHARED)), *(f"{name}{n}" for n in range(ALONE))]
        numbers = [f"wrong {who}" if (who, name) == ("both0", "housing") else who for who in people]
        made.append(
            people_bundle(
                name,
                [{"first": f"f{who}", "last": f"l{who}", "dob": f"d{who}", "home": f"h{who}"} for who in people],
                truth=numbers if truth else None,
                completeness={"first_name": 1.0, "dob": 0.5, "middle_name": 0.02, "sex": 0.99, "uprn": 0.0},
                withheld={"ab": 3, "bc": 20},
            )
        )
    return made


def linked(settings: Project, *, truth: bool = True) -> tuple[Linked, Sequence[BodyTokens]]:
    """The linkage of the two."""
    apart, ids = held_out(bodies(truth=truth))
    return link(apart, settings.linkage, settings.disclosure.refused_pairs, truth=ids), apart


def quality(settings: Project | None = None, *, truth: bool = True) -> Quality:
    """Its figures."""
    chosen = settings or project()
    found, made = linked(chosen, truth=truth)
    return gather(found, [body.manifest for body in made], carry_over(None, found.spine), chosen)
