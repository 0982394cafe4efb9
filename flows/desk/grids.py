"""Tables of the desk."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from flows.audit.entry import Entry
from flows.audit.show import shown
from flows.audit.turns import PartyTurn
from flows.desk.contents import Check, KeyPeriod, Linkage, Outcome, Told, Use, Work
from flows.desk.links import NOTHING, Addresses, brief, code, entries, entry, moment, target
from flows.desk.release_checks import outcome_of
from flows.report.drawing import Grid, Row

WHOLE: Final = 1_000_000
TAGS: Final = {Outcome.HOLDS: "pass", Outcome.NOT_DONE: "review", Outcome.FAILS: "fail"}
NOT_PROVEN: Final = "NOT VERIFIED"


def checks(found: Sequence[Check]) -> Grid:
    """Everything that was checked."""
    return Grid(
        "checks", "Verification", "What was checked, and what came of it", ("Checked", "Outcome"), (),
        tuple(((each.what, outcome(each.outcome)), (), (each.found,)) for each in found), ("What was found",),
    )  # fmt: skip


def outcome(of: Outcome) -> Markup:
    """An outcome in its colour, and in words."""
    return Markup('<strong class="tag {}">{}</strong>').format(TAGS[of], of)


def again(found: Sequence[Check]) -> Grid:
    """The command for each check."""
    return Grid(
        "again", "Verification", "How to check each again", ("Checked",), (),
        tuple(((each.what,), (), (code(each.again),)) for each in found), ("Command",),
    )  # fmt: skip


def runs(works: Sequence[Work], at: Addresses) -> Grid:
    """All runs."""
    rows: list[Row] = []
    for each in works:
        texts = (
            each.ended, each.runner, each.mode or NOTHING, moment(each.opened), moment(each.closed),
            ", ".join(each.zones), ", ".join(each.codes), _joined(brief(config) for config in each.configs),
        )  # fmt: skip
        rows.append(((at.run(each.run),), (f"{len(each.entries):,}",), texts))
    return Grid(
        "runs", "Runs", "Every run, by the log's own clock (UTC)", ("Run",), ("Entries",), tuple(rows),
        ("How it ended", "Who", "Mode", "First entry", "Ended", "Zones", "Code", "Project file"),
    )  # fmt: skip


def listed(
    said: Iterable[Entry], proven: int, at: Addresses, id_: str, caption: str, *, home: bool = False
) -> Grid:
    """Entries with everything that they say.

    Args:
        said: the entries.
        proven: how many of the log are proven; those after it are marked.
        at: pages of runs.
        id_: of the table.
        caption: above it.
        home: whether links to entries lead here.
    """
    rows: list[Row] = []
    for each in said:
        number = target(each.seq) if home else entry(each.seq)
        facts = "; ".join(f"{name}: {shown(value, whole=True)}" for name, value in each.facts.values.items())
        texts = (
            each.action.value, moment(each.at), each.actor, each.zone, facts or NOTHING, at.run(each.run),
            each.code, brief(each.config),
        )  # fmt: skip
        rows.append(((number if each.seq <= proven else _doubtful(number),), (), texts))
    return Grid(
        id_, "Entries", caption, ("Entry",), (), tuple(rows),
        ("Action", "At (UTC)", "Who", "Zone", "What it says", "Run", "Code", "Project file"),
    )  # fmt: skip


def _doubtful(number: Markup) -> Markup:
    return Markup('{} <strong class="tag fail">{}</strong>').format(number, NOT_PROVEN)


def releases(told: Sequence[Told], found: Sequence[Check], at: Addresses) -> Grid:
    """All releases, with what was withheld from each."""
    rows: list[Row] = []
    for each in told:
        protected, attacked = each.suppression.protected, each.suppression.attacked
        names = (at.release(each.release), each.state, outcome(outcome_of(each.release, found)))
        numbers = (
            *(_fact(protected, name) for name in ("cells", "held")),
            *(_fact(attacked, name) for name in ("cells", "recovered", "inside_protection", "certainly_below")),
        )
        texts = (
            _fact(attacked, "verdict"),
            _fact(protected, "withheld"),
            entries(act for act in (protected, attacked) if act is not None),
            entries(each.acts),
        )
        rows.append((names, numbers, texts))
    return Grid(
        "releases",
        "Releases",
        "Every release: what was withheld, how it stood the attack, and what became of it",
        ("Release", "State", "Files here"),
        ("Cells", "Held", "Numbers attacked", "Recovered", "Inside protection", "Certainly below"),
        tuple(rows),
        ("Attack", "Withheld, by reason", "Told by", "Staged, decided, published"),
    )


def turns(found: Sequence[PartyTurn]) -> Grid:
    """Whose turn it was, and whether the party signed for it."""
    rows: list[Row] = [
        ((each.party,), (), (entry(each.first), entry(each.last), "signed" if each.signed else "not signed yet"))
        for each in found
    ]
    return Grid(
        "turns", "Turns", "Which party wrote which entries, and signed for them with a key of its own",
        ("Party",), (), tuple(rows), ("From entry", "To entry", "With its own key"),
    )  # fmt: skip


def steps(told: Told) -> Grid:
    """The figure in words."""
    nodes = told.lineage.nodes
    sources: dict[int, list[str]] = {}
    for here, there in told.lineage.edges:
        sources.setdefault(there, []).append(nodes[here].name)
    order = sorted(range(len(nodes)), key=lambda place: (-nodes[place].stage, nodes[place].name))
    return Grid(
        "steps", "The way to the release", "Every step, from the release back to the files", ("What",), (),
        tuple(
            (
                (nodes[place].name,),
                (),
                (
                    "no entry tells of it" if (seq := nodes[place].entry) is None else entry(seq),
                    code(nodes[place].digest),
                    ", ".join(sorted(sources.get(place, ()))) or NOTHING,
                ),
            )
            for place in order
        ),
        ("Told by", "Digest (SHA-256), or id", "Made from"),
    )  # fmt: skip


def keys(periods: Sequence[KeyPeriod]) -> Grid:
    """All keys."""
    rows: list[Row] = []
    for each in periods:
        end = each.ended
        texts = (
            code(each.key_id), moment(each.begun.at), f"{each.begun.action.value} by {each.begun.actor}",
            entry(each.begun.seq), moment("" if end is None else end.at),
            "in use" if end is None else f"{end.action.value} by {end.actor}",
            NOTHING if end is None else entry(end.seq),
        )  # fmt: skip
        rows.append(((each.name,), (), texts))
    return Grid(
        "keys", "Keys", "Keys, from when to when", ("Key",), (), tuple(rows),
        ("Public id", "From (UTC)", "How", "Told by", "To (UTC)", "How it ended", "Told by"),
    )  # fmt: skip


def uses(found: Sequence[Use], periods: Sequence[KeyPeriod]) -> Grid:
    """Bundles of tokens by the key that they were made with."""
    names = {each.key_id: each.name for each in periods}
    return Grid(
        "uses", "Keys", "Bundles of tokens, by the key that they were made with", ("Key",), ("Bundles",),
        tuple(
            (
                (names.get(each.key_id, "not named by the log"),),
                (f"{len(each.entries):,}",),
                (
                    code(each.key_id),
                    ", ".join(sorted({str(made.facts.values["body"]) for made in each.entries})),
                    moment(each.entries[0].at),
                    entry(each.entries[0].seq),
                    moment(each.entries[-1].at),
                    entry(each.entries[-1].seq),
                ),
            )
            for each in found
        ),
        ("Public id", "Bodies", "First (UTC)", "Told by", "Last (UTC)", "Told by"),
    )  # fmt: skip


def linkages(found: Sequence[Linkage], at: Addresses) -> Grid:
    """Thresholds, settings and what was linked, over time."""
    rows: list[Row] = []
    for each in found:
        said = each.entry
        numbers = (
            *(_share(said, name) for name in ("least_probability", "range_low", "range_high")),
            *(_fact(said, name) for name in ("persons", "merges", "splits", "candidates", "candidates_left_out")),
        )
        texts = (
            moment(said.at), at.run(said.run), ", ".join(each.changes) or NOTHING, brief(_fact(said, "settings")),
            _fact(said, "manner"), _fact(said, "links"),
        )  # fmt: skip
        rows.append(((entry(said.seq),), numbers, texts))
    return Grid(
        "linkages", "Linkage", "Every linkage", ("Entry",),
        ("Threshold", "Range from", "Range to", "Persons", "Merged", "Split", "Candidates", "Left out"),
        tuple(rows),
        ("At (UTC)", "Run", "Changed since the one before", "Settings", "Manner", "Links, by pair of bodies"),
    )  # fmt: skip


def acts(said: Sequence[Entry], at: Addresses, id_: str, topic: str, caption: str) -> Grid:
    """Who did what, when and over which release or body; then whatever else the entry says."""
    rows: list[Row] = []
    for each in said:
        values = dict(each.facts.values)
        about = at.release(str(values.pop("release"))) if "release" in values else str(values.pop("body", NOTHING))
        rest = "; ".join(f"{name}: {shown(value, whole=True)}" for name, value in values.items())
        rows.append(
            ((entry(each.seq),), (), (each.action.value, moment(each.at), each.actor, about, rest or NOTHING))
        )
    return Grid(
        id_, topic, caption, ("Entry",), (), tuple(rows), ("Action", "At (UTC)", "Who", "About", "What it says"),
    )  # fmt: skip


def facts(pairs: Sequence[tuple[str, str]], id_: str, topic: str, caption: str) -> Grid:
    """Names and what stands under each."""
    return Grid(
        id_, topic, caption, ("What",), (), tuple(((name,), (), (said,)) for name, said in pairs), ("Said",)
    )


def _fact(said: Entry | None, name: str) -> str:
    """One fact as it is read; a dash where there is none."""
    value = None if said is None else said.facts.values.get(name)
    if value is None:
        return NOTHING
    if isinstance(value, Mapping):
        return "; ".join(f"{each.replace('_', ' ')} {value[each]}" for each in sorted(value)) or "none"
    return f"{value:,}" if isinstance(value, int) else shown(value, whole=True)


def _share(said: Entry, name: str) -> str:
    value = said.facts.values.get(name)
    return f"{value / WHOLE:g}" if isinstance(value, int) else NOTHING


def _joined(parts: Iterable[str]) -> str:
    return Markup(", ").join(parts)
