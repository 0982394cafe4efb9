"""The methods note: what was done to make the tables, for whoever reads them without us."""

from importlib.resources import files

from flows.release.manifest import Facts

TEMPLATE = "methods.md.j2"

QUALITY = {
    "": "at the threshold used",
    "_low": "at the lower threshold",
    "_high": "at the higher threshold",
}
"""Ending of a quality figure's name to the threshold it belongs to, in reading order."""


def methods_note(facts: Facts) -> str:
    """The note as Markdown, from the release's facts alone."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.from_string(files("flows.release").joinpath(TEMPLATE).read_text(encoding="utf-8"))
    return template.render(facts=facts, quality=quality_rows(facts))


def quality_rows(facts: Facts) -> list[tuple[str, float | None, float | None]]:
    """Threshold in words, estimated precision and recall in percent; None where the linkage did not give it."""
    found = facts.linkage.quality_percent
    return [
        (words, found.get(f"precision{ending}"), found.get(f"recall{ending}")) for ending, words in QUALITY.items()
    ]
