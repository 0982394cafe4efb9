"""One function per action: the only way to say something in the log, and none of them takes a text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.errors import AuditError, PipelineError
from config.terms import Action, Manner, ProfileName
from flows.audit.kinds import LEAST_PEOPLE_ALLOWED, Fact
from flows.audit.vocabulary import SUBJECTS, check
from flows.audit.words import Extract, Mode


@dataclass(frozen=True)
class Facts:
    """What one entry says beside who, when and in which run.

    Raises:
        AuditError: the values are not exactly those that the action's schema allows.
    """

    action: Action
    values: Mapping[str, Fact]

    def __post_init__(self) -> None:
        """Refuse anything the schema does not know."""
        check(self.action, self.values)

    def subject(self, run: str) -> str:
        """What the entry is about: a digest or an id among its facts, or else the run."""
        name = SUBJECTS.get(self.action)
        return run if name is None else str(self.values[name])


def people(count: int, least_people: int) -> int | str:
    """A number of people, or of things that belong to one person each, as the log may hold it.

    Below `least_people` it is the word `<least_people`, zero included; otherwise it is rounded down to a multiple.
    Without rounding, rows in less rows out would give a suppressed number back; rounded to the nearest multiple,
    the smallest numbers shown would stand for half as many.

    Raises:
        AuditError: the count is negative, or the least number of people is below the lowest allowed.
    """
    if least_people < LEAST_PEOPLE_ALLOWED or count < 0:
        raise AuditError("a number of people is negative, or would be shown without protection")
    if count < least_people:
        return f"<{least_people}"
    return count - count % least_people


def _by_name(counts: Mapping[str, int], least_people: int) -> dict[str, int | str]:
    return {name: people(count, least_people) for name, count in counts.items()}


def run_opened(*, runner: str, mode: Mode) -> Facts:
    """A run began; `runner` is a key of [people]."""
    return Facts(Action.RUN_OPENED, {"runner": runner, "mode": mode})


def run_closed() -> Facts:
    """A run came to its end."""
    return Facts(Action.RUN_CLOSED, {})


def run_failed(*, stage: str, error: PipelineError) -> Facts:
    """A run was stopped; of the error only its class and exit code are kept."""
    return Facts(Action.RUN_FAILED, {"stage": stage, "error": type(error).__name__, "exit_code": error.exit_code})


def received(
    *,
    body: str,
    extract: Extract,
    file: str,
    rows_in: int,
    rows_out: int,
    quarantined: Mapping[str, int],
    least_people: int,
) -> Facts:
    """One file of a body was read.

    Args:
        body: whose it is.
        extract: what it holds.
        file: SHA-256 of its bytes.
        rows_in: rows in the file.
        rows_out: rows that went on.
        quarantined: rule to rows held back. Give every rule, those that held back none too, so that a name in
            the log does not say that there was one.
        least_people: the project's limit.
    """
    return Facts(
        Action.RECEIVED,
        {
            "body": body,
            "extract": extract,
            "file": file,
            "rows_in": people(rows_in, least_people),
            "rows_out": people(rows_out, least_people),
            "quarantined": _by_name(quarantined, least_people),
            "least_people": least_people,
        },
    )


def validated(*, body: str, extract: Extract, rules_passed: int, rules_failed: int) -> Facts:
    """The gate at arrival was passed or not; counts of rules, not of rows."""
    return Facts(
        Action.VALIDATED,
        {"body": body, "extract": extract, "rules_passed": rules_passed, "rules_failed": rules_failed},
    )


def encoded_tokens(
    *,
    body: str,
    inputs: Iterable[str],
    key_id: str,
    profile: ProfileName,
    rows: int,
    clients: int,
    withheld: Mapping[str, int],
    bundle: str,
    least_people: int,
) -> Facts:
    """A body's people became tokens.

    Args:
        body: whose they are.
        inputs: digests of the files of people that went in.
        key_id: the linkage key's public id.
        profile: set of composites.
        rows: rows of the bundle.
        clients: clients in it.
        withheld: each composite to the number of its tokens that too many clients share.
        bundle: SHA-256 of the bundle's file.
        least_people: the project's limit.
    """
    return Facts(
        Action.ENCODED,
        {
            "body": body,
            "bundle_kind": "tokens",
            "inputs": tuple(sorted(set(inputs))),
            "key_id": key_id,
            "profile": profile,
            "rows": people(rows, least_people),
            "clients": people(clients, least_people),
            "composites": len(withheld),
            "withheld": _by_name(withheld, least_people),
            "bundle": bundle,
            "least_people": least_people,
        },
    )


def encoded_events(*, body: str, inputs: Iterable[str], rows: int, bundle: str, least_people: int) -> Facts:
    """A body's events were put under record ids; `inputs` and `bundle` are digests."""
    return Facts(
        Action.ENCODED,
        {
            "body": body,
            "bundle_kind": "events",
            "inputs": tuple(sorted(set(inputs))),
            "rows": people(rows, least_people),
            "bundle": bundle,
            "least_people": least_people,
        },
    )


def linked(
    *,
    settings: str,
    thresholds: tuple[float, float, float],
    candidates: int,
    candidates_left_out: int,
    links: Mapping[tuple[str, str], int],
    persons: int,
    merges: int,
    splits: int,
    manner: Manner,
    new: int,
    changed: int | None,
    erased: int,
    persons_erased: int,
    inputs: Mapping[str, str],
    spine: str,
    least_people: int,
) -> Facts:
    """Tokens of all bodies became persons.

    Args:
        settings: digest of the linkage settings.
        thresholds: low, default and high probability; kept in parts per million.
        candidates: pairs compared.
        candidates_left_out: pairs that the bound on blocks left out.
        links: pair of bodies to links between their records.
        persons: persons found.
        merges: person ids of the run before that became one.
        splits: person ids of the run before that came apart.
        manner: whether all pairs were looked for, and if so, why.
        new: records that were not there at the run before.
        changed: records with other tokens than at the run before; None where that is not known.
        erased: records that were there at the run before and are no longer.
        persons_erased: person ids of the run before of whom no record is left.
        inputs: body to the digest of its bundle of tokens.
        spine: digest of the spine's file.
        least_people: the project's limit.
    """
    low, default, high = (round(each * 1_000_000) for each in thresholds)
    between = {"/".join(sorted(pair)): count for pair, count in links.items()}
    if len(between) < len(links):
        raise AuditError("links are counted twice for one pair of bodies")
    return Facts(
        Action.LINKED,
        {
            "settings": settings,
            "least_probability": default,
            "range_low": low,
            "range_high": high,
            "candidates": people(candidates, least_people),
            "candidates_left_out": people(candidates_left_out, least_people),
            "links": _by_name(between, least_people),
            "persons": people(persons, least_people),
            "merges": people(merges, least_people),
            "splits": people(splits, least_people),
            "manner": str(manner),
            "records_new": people(new, least_people),
            **({} if changed is None else {"records_changed": people(changed, least_people)}),
            "records_erased": people(erased, least_people),
            "persons_erased": people(persons_erased, least_people),
            "inputs": dict(inputs),
            "spine": spine,
            "least_people": least_people,
        },
    )


def measured(
    *,
    tables: int,
    journeys: int,
    persons: int,
    events: int,
    open_journeys: int,
    events_without_person: int,
    events_after_period: int,
    events_without_consent: int | None,
    spine: str,
    inputs: Mapping[str, str],
    output: str,
    least_people: int,
    as_at: str = "",
) -> Facts:
    """Spine and events became tables of cells.

    Args:
        tables: how many.
        journeys: journeys measured.
        persons: persons in them.
        events: events in them.
        open_journeys: journeys that have not ended.
        events_without_person: events whose record the spine does not hold; left out.
        events_after_period: events at or after the period's end; left out.
        events_without_consent: events whose consent does not cover the project; left out. None where no consent
            is asked for.
        spine: digest of the spine's file.
        inputs: body to the digest of its bundle of events.
        output: digest of the tables.
        least_people: the project's limit.
        as_at: the moment, where open journeys alone were counted; of people heard of lately.
    """
    return Facts(
        Action.MEASURED,
        {
            **({"as_at": as_at} if as_at else {}),
            "tables": tables,
            "journeys": people(journeys, least_people),
            "persons": people(persons, least_people),
            "events": people(events, least_people),
            "open_journeys": people(open_journeys, least_people),
            "events_without_person": people(events_without_person, least_people),
            "events_after_period": people(events_after_period, least_people),
            **(
                {}
                if events_without_consent is None
                else {"events_without_consent": people(events_without_consent, least_people)}
            ),
            "spine": spine,
            "inputs": dict(inputs),
            "output": output,
            "least_people": least_people,
        },
    )
