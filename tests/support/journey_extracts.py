"""Small worlds of journeys to be extracted, and the slow and plain way to the best extract of them."""

import json
import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import product

import polars as pl
from hypothesis import strategies as st

from anonymise.extract import attack
from config.disclosure import DisclosureSettings
from config.frames import JOURNEY_ROWS
from config.settings import ExtractSettings

LEVELS = {
    "started": ["day", "week", "month", "quarter", "year", "all"],
    "segment": ["segment", "group", "all"],
    "route": ["full", "first_3", "first_2", "first_1", "bodies", "number", "all"],
}
GROUPS = {"young": "younger", "middle": "younger", "old": "older"}
PAIRS = (("clinic", "prison"),)
DISCLOSURE = DisclosureSettings(least_people=5, least_bodies=1, protection=2, refused_pairs=PAIRS)
TWO_BODIES = DISCLOSURE.model_copy(update={"least_bodies": 2})


def settings(**changes: object) -> ExtractSettings:
    """Settings as a project file would give them, loose unless changed."""
    said = {
        "setting": "safe setting",
        "approved_by": "checker",
        "least_people": 5,
        "least_values": 2,
        "diversity": "distinct",
        "most_distance": 0.9,
        "most_suppressed_percent": 20.0,
        "sensitive": ["state", "duration"],
        **LEVELS,
        "segment_groups": GROUPS,
        **changes,
    }
    return ExtractSettings.model_validate_json(json.dumps(said))


def journey(person: int, **changes: object) -> dict[str, object]:
    """One journey."""
    return {
        "person": person,
        "started": date(2025, 3, 3),
        "segment": "young",
        "route": "housing>tax",
        "journey_type": "repair",
        "duration": 3,
        "state": "ended",
        "hand_offs": 1,
        **changes,
    }


def frame(journeys: list[dict[str, object]]) -> pl.DataFrame:
    """Journeys as a frame that keeps its contract."""
    return pl.DataFrame(journeys, schema=JOURNEY_ROWS.columns)


ROUTES = (
    "housing", "housing", "housing", "housing>tax", "housing>tax", "housing>tax>housing", "tax", "prison>tax",
    "clinic>housing>tax>housing", "clinic>tax", "tax>housing>tax>housing>tax", "clinic>housing>prison",
)  # fmt: skip


JOURNEY = st.fixed_dictionaries(
    {
        "person": st.integers(0, 14),
        "started": st.sampled_from([0, 2, 2, 2, 30, 366]).map(lambda n: date(2024, 12, 30) + timedelta(n)),
        "segment": st.sampled_from(["young", "young", "middle", "old", None]),
        "route": st.sampled_from(ROUTES),
        "journey_type": st.sampled_from(["repair", "care", "other"]),
        "duration": st.sampled_from([0, 3, 6, 7, 40, 84, 400]),
        "state": st.sampled_from(["ended", "ended", "open", "lapsed"]),
        "hand_offs": st.integers(0, 5),
    }
)
WORLDS = st.lists(JOURNEY, min_size=25, max_size=80).map(frame)
SETTINGS = st.fixed_dictionaries(
    {
        "least_people": st.sampled_from([5, 6]),
        "least_values": st.sampled_from([2, 3]),
        "diversity": st.sampled_from(["distinct", "entropy"]),
        "most_distance": st.sampled_from([0.2, 0.4, 0.9]),
        "most_suppressed_percent": st.sampled_from([0.0, 30.0, 60.0]),
        "sensitive": st.sampled_from(
            [["state"], ["duration"], ["hand_offs", "state"], ["journey_type", "duration"]]
        ),
    }
).map(lambda changes: settings(**changes))


def best_by_trying_all(
    rows: pl.DataFrame, wanted: ExtractSettings, least_bodies: int = 1
) -> tuple[tuple[float, int], set[tuple[str, ...]]]:
    """The least loss of all choices of levels and the choices that have it; none where no choice is safe."""
    known = [
        each for each in rows.iter_rows(named=True) if not attack._through_pair(each["route"].split(">"), PAIRS)
    ]
    columns = list(wanted.levels)
    found: dict[tuple[str, ...], tuple[float, int]] = {}
    for node in product(*wanted.levels.values()):
        told = [
            tuple(
                attack._as_told(each, column, level, wanted) for column, level in zip(columns, node, strict=True)
            )
            for each in known
        ]
        kept = _safe_classes(known, told, wanted, least_bodies)
        inside = [place for place, words in enumerate(told) if words in kept]
        suppressed = rows.height - len(inside)
        if not inside or suppressed > int(rows.height * wanted.most_suppressed_percent / 100):
            continue
        penalty = float(suppressed)
        for at, column in enumerate(columns):
            finest = {each[column] for each in known}
            behind = defaultdict(set)
            for each, words in zip(known, told, strict=True):
                behind[words[at]].add(each[column])
            for place in inside:
                if len(finest) > 1:
                    penalty += (len(behind[told[place][at]]) - 1) / (len(finest) - 1) / len(columns)
        sizes = Counter(told[place] for place in inside)
        discernibility = sum(size**2 for size in sizes.values()) + suppressed * rows.height
        found[tuple(str(each) for each in node)] = (round(penalty / rows.height, 9), discernibility)
    if not found:
        return (math.inf, 0), set()
    least = min(found.values())
    return least, {node for node, lost in found.items() if lost == least}


def _safe_classes(
    known: list[dict[str, object]], told: list[tuple[str, ...]], wanted: ExtractSettings, least_bodies: int
) -> set[tuple[str, ...]]:
    """Classes that keep every limit, bad ones taken out until none is left."""
    people, bodies = defaultdict(set), defaultdict(set)
    for each, words in zip(known, told, strict=True):
        people[words].add(each["person"])
        bodies[words].update(str(each["route"]).split(">"))
    kept = {
        words
        for words, who in people.items()
        if len(who) >= wanted.least_people and len(bodies[words]) >= least_bodies
    }
    while True:
        bad = set()
        for column in wanted.sensitive:
            rows: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
            pairs: dict[tuple[str, ...], set[tuple[object, str]]] = defaultdict(set)
            for each, words in zip(known, told, strict=True):
                if words in kept:
                    rows[words][attack._as_value(each, column)] += 1
                    pairs[words].add((each["person"], attack._as_value(each, column)))
            by_people = {words: Counter(value for _, value in who) for words, who in pairs.items()}
            for counted in (rows, by_people):
                whole: Counter[str] = sum(counted.values(), Counter())
                order = attack._order(whole)
                for words, values in counted.items():
                    even = math.exp(attack._entropy(values))
                    varied = len(values) if wanted.diversity == "distinct" else even
                    near = column in ("duration", "hand_offs")
                    moved = attack._distance(values, whole, order, near=near)
                    if varied < wanted.least_values - 1e-9:
                        bad.add((0, words))
                    elif moved > wanted.most_distance + 1e-9:
                        bad.add((1, words))
        # Values first, distances after: what is too uniform is not part of the whole that others are measured by.
        worst = {words for kind, words in bad if kind == min(kind for kind, _ in bad)}
        if not worst:
            return kept
        kept -= worst
