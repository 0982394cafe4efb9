"""Faults of a section [extract]: columns, groups, limits and people that do not fit each other or the project."""

from collections.abc import Iterator, Mapping

from config.lines import Place
from config.people import Person, SignOffSettings
from config.settings import ExtractSettings, Words
from config.terms import ExtractColumn, SegmentLevel


def extract_faults(
    extract: ExtractSettings,
    people: Mapping[str, Person | None],
    words: Words | None,
    least_people: int | None,
    sign_off: SignOffSettings | None,
) -> Iterator[tuple[Place, str]]:
    """Each setting at fault, with what was expected of it. No extract is weaker than the tables of a release.

    Args:
        extract: sound in itself.
        people: those of the project file; None where one is not sound.
        words: of the project file; None where they are not sound.
        least_people: that of [disclosure]; None where it is not sound.
        sign_off: of the project file; None where it is not sound.
    """
    yield from _level_faults(extract)
    if least_people is not None and extract.least_people < least_people:
        yield ("extract", "least_people"), "expected at least the least_people of [disclosure]"
    named = {each: people.get(each) for each in extract.approved_by}
    if any(each not in people or (who is not None and not who.may_approve) for each, who in named.items()):
        yield ("extract", "approved_by"), "expected one of [people] with the role output_checker"
    if sign_off is not None and len(named) < sign_off.approvers:
        yield (
            ("extract", "approved_by"),
            f"expected {sign_off.approvers} different people, as many as approvers of [sign_off] asks",
        )
    if words is not None and extract.segment_groups:
        groups, segments = set(extract.segment_groups), set(words.segment)
        for word in sorted(groups - segments):
            yield ("extract", "segment_groups", word), f"'{word}' is not a word of [words.segment]"
        for word in sorted(segments - groups):
            yield ("extract", "segment_groups"), f"'{word}' of [words.segment] has no group"


def _level_faults(extract: ExtractSettings) -> Iterator[tuple[Place, str]]:
    if not extract.levels:
        yield ("extract",), "expected levels for at least one column: " + ", ".join(ExtractColumn)
    for column, levels in extract.levels.items():
        if len(set(levels)) < len(levels):
            yield ("extract", column), "a level stands twice"
        if column.value in {each.value for each in extract.sensitive}:
            yield ("extract", "sensitive"), f"'{column}' has levels; a column is sensitive or has levels, not both"
    if len(set(extract.sensitive)) < len(extract.sensitive):
        yield ("extract", "sensitive"), "a column stands twice"
    if (SegmentLevel.GROUP in extract.segment) != bool(extract.segment_groups):
        yield ("extract", "segment_groups"), "expected groups where 'group' is a level of segment, and only there"
