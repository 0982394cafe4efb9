"""What proven entries tell: runs, releases, keys, linkages, acts of people; and whatever else they say."""

from collections.abc import Mapping, Sequence
from typing import Final

from config.terms import Action
from flows.audit.entry import Entry
from flows.desk.contents import KeyPeriod, Lineage, Linkage, Story, Suppression, Told, Use
from flows.desk.lineage import Makers, lineage_of, suppression_of
from flows.desk.runs import runs_of

RUNS, WORK, KEYS, DECISIONS, ERASURES, OTHERS = "runs", "work", "keys", "decisions", "erasures", "others"
SECTIONS: Final[Mapping[Action, str]] = {
    Action.RUN_OPENED: RUNS,
    Action.RUN_CLOSED: RUNS,
    Action.RUN_FAILED: RUNS,
    Action.RECEIVED: WORK,
    Action.VALIDATED: WORK,
    Action.ENCODED: WORK,
    Action.LINKED: WORK,
    Action.MEASURED: WORK,
    Action.PROTECTED: WORK,
    Action.ATTACKED: WORK,
    Action.STAGED: DECISIONS,
    Action.APPROVED: DECISIONS,
    Action.REFUSED: DECISIONS,
    Action.PUBLISHED: DECISIONS,
    Action.WITHDRAWN: DECISIONS,
}
"""Which section tells of an action. Of one that is not here, its name decides, and else it stands among the
others: an action that somebody adds is never left out."""
NAMED: Final = (("key_", KEYS), ("eras", ERASURES))
"""What the name of an action holds, and the section that tells of it then."""
ENDING: Final = frozenset({"key_revoked", "key_destroyed"})
"""Actions after which a key is used no more, by their names; others leave it as it was."""
SETTINGS: Final = ("settings", "least_probability", "range_low", "range_high")
"""Facts of a linkage that were chosen, and not found."""


def section_of(action: Action) -> str:
    """The section that tells of it; `OTHERS` for what is not known here."""
    by_name = (section for part, section in NAMED if part in action.value)
    return SECTIONS.get(action) or next(by_name, OTHERS)


def story_of(entries: Sequence[Entry]) -> Story:
    """Gather what entries tell.

    Args:
        entries: proven ones, from the first.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(section_of(entry.action), []).append(entry)
    return Story(
        works=runs_of(entries),
        releases=_releases(entries),
        keys=_keys(groups.get(KEYS, ())),
        uses=_uses(entries),
        linkages=_linkages(entries),
        groups={section: tuple(said) for section, said in groups.items()},
    )


def _releases(entries: Sequence[Entry]) -> tuple[Told, ...]:
    makers = Makers(entries)
    acts: dict[str, list[Entry]] = {}
    for entry in entries:
        if section_of(entry.action) == DECISIONS:
            acts.setdefault(str(entry.facts.values["release"]), []).append(entry)
    found = []
    for number, (release, said) in enumerate(acts.items(), 1):
        staged = next((each for each in reversed(said) if each.action is Action.STAGED), None)
        found.append(
            Told(
                number=number,
                release=release,
                manifest=str(said[-1].facts.values.get("manifest", "")),
                state=said[-1].action.value,
                acts=tuple(said),
                lineage=lineage_of(staged, makers) if staged else Lineage((), ()),
                suppression=suppression_of(staged, makers) if staged else Suppression(None, None),
            )
        )
    return tuple(found)


def _keys(said: Sequence[Entry]) -> tuple[KeyPeriod, ...]:
    """Each key from the entry that made it to the entry that ended it, in the order in which they began."""
    begun: dict[str, Entry] = {}
    ended: dict[str, Entry] = {}
    for entry in said:
        values = entry.facts.values
        key_id, before = str(values.get("key_id", "")), values.get("previous_key_id")
        if entry.action in {Action.KEY_MADE, Action.KEY_ROTATED} and key_id:
            begun.setdefault(key_id, entry)
        elif key_id and entry.action.value in ENDING:
            ended.setdefault(key_id, entry)
        if before is not None:
            ended.setdefault(str(before), entry)
    return tuple(
        KeyPeriod(str(entry.facts.values.get("key", "")), key_id, entry, ended.get(key_id))
        for key_id, entry in begun.items()
    )


def _uses(entries: Sequence[Entry]) -> tuple[Use, ...]:
    by_id: dict[str, list[Entry]] = {}
    for entry in entries:
        key_id = entry.facts.values.get("key_id")
        if entry.action is Action.ENCODED and key_id is not None:
            by_id.setdefault(str(key_id), []).append(entry)
    return tuple(Use(key_id, tuple(said)) for key_id, said in by_id.items())


def _linkages(entries: Sequence[Entry]) -> tuple[Linkage, ...]:
    found: list[Linkage] = []
    for entry in entries:
        if entry.action is Action.LINKED:
            before = found[-1].entry.facts.values if found else entry.facts.values
            changes = tuple(name for name in SETTINGS if entry.facts.values.get(name) != before.get(name))
            found.append(Linkage(entry, changes))
    return tuple(found)
