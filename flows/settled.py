"""Which settings a bundle rests on, as a digest in it: a later stage under others refuses it, and runs nothing."""

import hashlib

import rfc8785

from config.settings import Project
from config.terms import Method, TableKind

ENGINE = ("engine", "most_memory_gib", "spark")
"""Settings of [linkage] that change where a linkage is worked out, and never what it finds."""


def linking_settings(project: Project) -> str:
    """SHA-256, in hex, of what decides who is linked to whom; the order of bodies and pairs does not count."""
    return _digest(_linking(project))


def measuring_settings(project: Project) -> str:
    """SHA-256, in hex, of what decides the measured tables, linkage included; labels of words do not count."""
    said = project.model_dump(mode="json", include={"journeys", "measures", "tables"})
    said["ages"] = project.in_flight.age_days
    disclosure = project.disclosure
    if disclosure.differential_privacy is not None:
        said["most_things"] = disclosure.differential_privacy.most_cells_per_person
    if project.consent is not None:
        said["consent"] = project.consent.model_dump(mode="json")
    if any(table.kind is TableKind.ROUTES for table in project.tables):
        # Which routes are told is chosen so that each is of enough people.
        said["routes"] = {**project.routes.model_dump(mode="json"), "least_people": disclosure.least_people}
    words = {column: sorted(listed) for column, listed in project.words.model_dump(mode="json").items()}
    groups = {
        str(sort): {name: sorted(group.parts) for name, group in groups.items()}
        for sort, groups in project.hierarchies.items()
    }
    return _digest({**said, "words": words, "groups": groups, "linking": _linking(project)})


def _linking(project: Project) -> dict[str, object]:
    said = {
        "thresholds": project.linkage.model_dump(mode="json", exclude=set(ENGINE)),
        "refused_pairs": sorted(sorted(pair) for pair in project.disclosure.refused_pairs),
        "unique_clients": {name: body.unique_clients for name, body in project.bodies.items()},
        "profile": str(project.encoding.profile),
        "key_period": project.encoding.key_period or project.project.period,
        "population": project.project.population,
    }
    return said | ({"record_keys": True} if project.disclosure.method is Method.CELL_KEY else {})


def _digest(said: dict[str, object]) -> str:
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()  # type: ignore[arg-type]  # plain JSON, typed as object
