"""Tries to find people in an extract, by plain code of its own that shares nothing with what made it.

The intruder holds the extract as it would be handed over and knows every journey at full precision (its day,
segment, route, type and length) but for its sensitive values: more than anybody could know.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.settings import ExtractSettings
from config.terms import ExtractColumn, ExtractLevel

COLUMNS: Final = "columns that may not be there"
TWICE: Final = "rows that stand twice or out of order"
FEW_PEOPLE: Final = "journeys whose row is about too few people"
FEW_BODIES: Final = "classes that too few bodies contribute to"
FEW_VALUES: Final = "classes with too few different values"
UNEVEN: Final = "classes with uneven values"
FAR: Final = "classes far from the whole"
STRANGE: Final = "rows that are not those of the journeys"
PAIRED: Final = "rows with a pair without a gateway"
MISSING: Final = "journeys missing beyond those suppressed"
FINDINGS: Final = (COLUMNS, TWICE, FEW_PEOPLE, FEW_BODIES, FEW_VALUES, UNEVEN, FAR, STRANGE, PAIRED, MISSING)

Row = Mapping[str, object]
Class = tuple[str, ...]
SLACK: Final = 1e-9


def attack_extract(
    written: pl.DataFrame,
    truth: pl.DataFrame,
    settings: ExtractSettings,
    levels: Mapping[ExtractColumn, ExtractLevel],
    disclosure: DisclosureSettings,
) -> dict[str, int]:
    """How often each attack succeeds on an extract; an extract may be handed over only if none ever does.

    Args:
        written: the extract as it would be handed over.
        truth: the journeys that it was made of, which keep `config.frames.JOURNEY_ROWS`.
        settings: the limits it has to keep.
        levels: at which it tells each column.
        disclosure: bodies that may not stand in one row, and how many must contribute to a class.

    Returns:
        Each of `FINDINGS` with its number.

    Raises:
        DisclosureError: the extract lacks the columns that it must have, so that there is nothing to attack.
    """
    refused_pairs = disclosure.refused_pairs
    known = [str(column) for column in levels]
    secret = [str(column) for column in settings.sensitive]
    expected = [*known, *secret, "journeys"]
    if not set(expected) <= set(written.columns):
        raise DisclosureError("the extract lacks columns that it must have")
    found = dict.fromkeys(FINDINGS, 0)
    found[COLUMNS] = len(set(written.columns) - set(expected)) + (written.columns[: len(expected)] != expected)
    rows = written.select(expected).rows()
    keys = [row[:-1] for row in rows]
    found[TWICE] = len(keys) - len(set(keys)) + (keys != sorted(keys))
    found[PAIRED] = sum(_shows_pair(dict(zip(expected, row, strict=True)), refused_pairs) for row in rows)

    # What a reader sees: the values of each class, by the rows alone.
    seen: dict[Class, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    number: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        number[row[:-1]] += row[-1]
        for column, value in zip(secret, row[len(known) : -1], strict=True):
            seen[row[: len(known)]][column][value] += row[-1]

    # What the intruder knows: whose journeys each class may be, and what each person's values in it are.
    people: dict[Class, set[int]] = defaultdict(set)
    bodies: dict[Class, set[str]] = defaultdict(set)
    journeys: Counter[Class] = Counter()
    true_number: Counter[tuple[str, ...]] = Counter()
    of_people: dict[Class, dict[str, set[tuple[int, str]]]] = defaultdict(lambda: defaultdict(set))
    missed = 0
    journey: Row
    for journey in truth.iter_rows(named=True):
        if _through_pair(str(journey["route"]).split(">"), refused_pairs):
            missed += 1
            continue
        here = tuple(_as_told(journey, column, level, settings) for column, level in levels.items())
        if here not in seen:
            missed += 1
            continue
        person = int(str(journey["person"]))
        values = tuple(_as_value(journey, column) for column in secret)
        people[here].add(person)
        bodies[here].update(str(journey["route"]).split(">"))
        journeys[here] += 1
        true_number[(*here, *values)] += 1
        for column, value in zip(secret, values, strict=True):
            of_people[here][column].add((person, value))

    least = settings.least_people
    found[FEW_PEOPLE] = sum(max(journeys[each], 1) for each in seen if len(people[each]) < least)
    found[FEW_BODIES] = sum(len(bodies[each]) < disclosure.least_bodies for each in seen)
    found[STRANGE] = sum(1 for key in {*number, *true_number} if number[key] != true_number[key])
    found[MISSING] = max(missed - int(truth.height * settings.most_suppressed_percent / 100), 0)
    for column in secret:
        by_rows = {each: seen[each][column] for each in seen}
        by_people = {each: Counter(value for _, value in of_people[each][column]) for each in seen}
        for counted in (by_rows, by_people):
            for name, broken in _unsafe(column, counted, settings).items():
                found[name] += broken
    return found


def _unsafe(column: str, counted: Mapping[Class, Counter[str]], settings: ExtractSettings) -> dict[str, int]:
    """Classes whose values break a limit."""
    whole: Counter[str] = sum(counted.values(), Counter())
    order = _order(whole)
    found = {FEW_VALUES: 0, UNEVEN: 0, FAR: 0}
    for values in counted.values():
        found[FEW_VALUES] += len(values) < settings.least_values
        if settings.diversity == "entropy":
            found[UNEVEN] += _entropy(values) < math.log(settings.least_values) - SLACK
        near = column in ("duration", "hand_offs")
        found[FAR] += _distance(values, whole, order, near=near) > settings.most_distance + SLACK
    return found


def _entropy(values: Counter[str]) -> float:
    total = sum(values.values())
    return -sum(n / total * math.log(n / total) for n in values.values()) if total else 0.0


def _distance(values: Counter[str], whole: Counter[str], order: Sequence[str], *, near: bool) -> float:
    """The least work to turn one distribution into the other, by moving shares along the order or anywhere."""
    total, everything = sum(values.values()), sum(whole.values())
    if len(order) < 2 or not total:
        return 0.0
    apart = [values[word] / total - whole[word] / everything for word in order]
    if not near:
        return sum(abs(each) for each in apart) / 2
    work = carried = 0.0
    for each in apart:
        carried += each
        work += abs(carried)
    return work / (len(order) - 1)


def _order(whole: Iterable[str]) -> list[str]:
    """Words as they follow each other: numbers by their first figures."""
    return sorted(
        whole, key=lambda word: (int(word.split("-")[0].split(" ")[0]) if word[:1].isdigit() else -1, word)
    )


def _as_told(row: Row, column: str, level: str, settings: ExtractSettings) -> str:
    """What an extract tells of a journey, by the meaning of the levels in the reference."""
    if level == "all":
        return "*"
    value = row[column]
    if isinstance(value, date):
        year, week, _ = value.isocalendar()
        return {
            "day": value.isoformat(),
            "week": f"{year}-W{week:02}",
            "month": value.isoformat()[:7],
            "quarter": f"{value.year}-Q{(value.month + 2) // 3}",
            "year": value.isoformat()[:4],
        }[level]
    if column == "route":
        bodies = str(value).split(">")
        if level.startswith("first_"):
            return ">".join(bodies[: int(level[-1])])
        return {"full": str(value), "bodies": "+".join(sorted(set(bodies))), "number": str(len(set(bodies)))}[
            level
        ]
    if column == "duration":
        return _as_days(int(str(value)), level)
    if value is None:
        return "not_stated"
    return settings.segment_groups[str(value)] if level == "group" else str(value)


BANDS: Final[Mapping[str, Sequence[tuple[int, str]]]] = {
    "band": (
        (0, "0"), (6, "1-6"), (13, "7-13"), (27, "14-27"), (55, "28-55"), (83, "56-83"), (181, "84-181"),
    ),
    "wide_band": ((6, "0-6"), (27, "7-27"), (83, "28-83")),
}  # fmt: skip
BEYOND: Final = {"band": "182 or more", "wide_band": "84 or more"}


def _as_days(days: int, level: str) -> str:
    if level == "days":
        return str(days)
    return next((name for last, name in BANDS[level] if days <= last), BEYOND[level])


def _as_value(row: Row, column: str) -> str:
    """A sensitive value as an extract tells it."""
    value = row[column]
    if value is None:
        return "not_stated"
    if column == "duration":
        return _as_days(int(str(value)), "band")
    if column == "hand_offs":
        return str(value) if int(str(value)) < 3 else "3 or more"
    return str(value)


def _through_pair(bodies: Sequence[str], refused_pairs: tuple[tuple[str, str], ...]) -> bool:
    return any(one in bodies and other in bodies for one, other in refused_pairs)


def _shows_pair(row: Row, refused_pairs: tuple[tuple[str, str], ...]) -> bool:
    """Whether a row's route names both bodies of a pair."""
    return _through_pair(str(row.get("route", "")).replace("+", ">").split(">"), refused_pairs)
