"""Who is linked to whom, counted by hand."""

from datetime import datetime

import numpy as np
import polars as pl

from config.settings import LinkageSettings
from linkage.bundles import comparable
from linkage.rates import group_rates, match_rates
from linkage.weigh import weigh
from tests.support.token_bundles import bundle

SAME = {name: ["x", "y", "z"] for name in ("ab", "bc", "ac", "abp")}


def test_match_rates_count_clients_that_share_a_person_with_another_body() -> None:
    weighed = weigh([bundle(name, SAME, unique=name != "c") for name in "abc"], LinkageSettings())
    # a1 b1 c1 c2 are one person, a2 c3 another, the rest alone.
    person = np.array([0, 1, 2, 0, 4, 5, 0, 0, 1])
    found = match_rates(weighed.records, person, comparable(weighed.records, [("b", "a")]))
    assert [(each["body"], each["clients"], each["linked"]) for each in found["bodies"]] == [
        ("a", 3, 2),
        ("b", 3, 1),
        ("c", 3, 3),
    ]
    assert {(each["body"], each["other"]): each["linked"] for each in found["pairs"]} == {
        ("a", "c"): 2,
        ("b", "c"): 1,
        ("c", "a"): 3,
        ("c", "b"): 2,
        ("c", "c"): 2,
    }


SPINE = pl.DataFrame(
    {
        "body": ["a", "a", "a", "b", "b", "c"],
        "record_id": ["a1", "a2", "a3", "b1", "b2", "c1"],
        "person_id": ["p", "q", "r", "p", "s", "q"],
    }
)


def events(*rows: tuple[str, str | None, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(record, segment, datetime(2025, month, 1)) for record, segment, month in rows],  # noqa: DTZ001 - as events are
        schema={"record_id": pl.String, "segment": pl.String, "ts": pl.Datetime("us")},
        orient="row",
    )


def counted(refused: tuple[tuple[str, str], ...] = ()) -> dict[tuple[str, str, str], tuple[int, int]]:
    held = {
        "a": events(("a1", "old", 1), ("a1", "old", 1), ("a1", "young", 2), ("a2", None, 1), ("a3", "old", 2)),
        "b": events(("b1", "old", 1), ("b2", "old", 1)),
        "c": events(),
    }
    rows = group_rates(SPINE, held, refused).iter_rows()
    return {(body, by, word): (linked, clients) for body, by, word, clients, linked in rows}


def test_group_rates_count_each_client_once_in_each_group() -> None:
    assert counted() == {
        ("a", "all", ""): (2, 3),
        ("a", "segment", "old"): (1, 2),
        ("a", "segment", "young"): (1, 1),
        ("a", "segment", ""): (1, 1),
        ("a", "month", "2025-01"): (2, 2),
        ("a", "month", "2025-02"): (1, 2),
        ("b", "all", ""): (1, 2),
        ("b", "segment", "old"): (1, 2),
        ("b", "month", "2025-01"): (1, 2),
    }


def test_links_between_refused_bodies_do_not_count() -> None:
    found = counted((("b", "a"),))
    assert found["a", "all", ""] == (1, 3)
    assert found["b", "all", ""] == (0, 2)
