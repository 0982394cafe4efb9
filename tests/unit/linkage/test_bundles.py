"""Bundles are linked only if they belong together and are what they say."""

import polars as pl
import pytest

from config.errors import BundleError
from config.terms import ProfileName
from linkage.bundles import BodyTokens, agree, side_by_side
from tests.support.token_bundles import COMPOSITES, bundle

COLUMNS = {column: ["x", "y"] for column in COMPOSITES}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("project", "another"),
        ("period", "2027"),
        ("key_id", "another"),
        ("profile", ProfileName.ENCLAVE),
        ("population", 20_000),
        ("composites", {**COMPOSITES, "ab": ("first_name.sound", "last_name.exact", "dob.exact")}),
    ],
)
def test_a_bundle_of_another_kind_is_refused_by_name(name: str, value: object) -> None:
    other = bundle("benefits", COLUMNS, **{name: value})
    with pytest.raises(BundleError, match=r"bundle 'benefits'.*bundle 'housing'"):
        agree([bundle("housing", COLUMNS).manifest, other.manifest])


def test_two_bundles_of_one_body_are_refused() -> None:
    one = bundle("housing", COLUMNS)
    with pytest.raises(BundleError, match="stands twice"):
        agree([one.manifest, one.manifest])


def test_a_composite_of_unknown_parts_is_refused() -> None:
    strange = bundle("housing", COLUMNS, composites={"ab": ("first_name.exact", "shoe.size")})
    with pytest.raises(BundleError, match="1 unknown parts of 2"):
        agree([strange.manifest])


@pytest.mark.parametrize(
    "change",
    [
        pl.col("ab").cast(pl.Int64),
        pl.lit(None, dtype=pl.String).alias("record_id"),
        pl.lit(1, dtype=pl.Int64).alias("row"),
        pl.lit("surplus").alias("surname"),
        pl.lit("one").alias("record_id"),
    ],
)
def test_a_frame_that_is_not_what_its_manifest_says_is_refused(change: pl.Expr) -> None:
    one = bundle("housing", COLUMNS)
    frame = one.tokens.with_columns(pl.col("ab") // 2).with_columns(change)
    with pytest.raises(BundleError, match="bundle 'housing'"):
        side_by_side([BodyTokens(one.manifest, frame)])


def test_missing_rows_are_noticed() -> None:
    one = bundle("housing", COLUMNS)
    with pytest.raises(BundleError, match="holds 1 rows, its manifest says 2"):
        side_by_side([BodyTokens(one.manifest, one.tokens.head(1))])


def test_records_lie_by_body_and_id_whatever_the_order() -> None:
    one = bundle("revenues", {column: ["x", "y"] for column in COMPOSITES}, ids=["r2", "r1"])
    other = bundle("housing", {column: ["z"] for column in COMPOSITES}, ids=["h1"])
    records = side_by_side([one, other])
    assert records.bodies == ("housing", "revenues")
    assert records.client_body.tolist() == [0, 1, 1]
    assert records.client_id.to_list() == ["h1", "r1", "r2"]
    assert records.sizes.tolist() == [1, 2]


def test_rows_of_a_client_that_say_the_same_are_kept_once() -> None:
    columns = {column: ["x", "x", "y", None] for column in COMPOSITES}
    records = side_by_side([bundle("housing", columns, ids=["h1", "h1", "h1", "h2"], rows=[0, 1, 2, 0])])
    assert records.row_client.tolist() == [0, 0, 1]
    assert records.client_id.to_list() == ["h1", "h2"]


def test_no_bundles_give_no_records() -> None:
    assert side_by_side([]).client_id.len() == 0


def test_clients_are_counted_against_the_manifest() -> None:
    one = bundle("housing", COLUMNS, clients=3)
    with pytest.raises(BundleError, match="has not the number of clients its manifest says"):
        side_by_side([one])


def test_a_bundle_made_with_keys_of_another_period_is_refused() -> None:
    one, other = bundle("housing", COLUMNS), bundle("benefits", COLUMNS, key_period="2020")
    with pytest.raises(BundleError, match="made with keys of another period"):
        agree([one.manifest, other.manifest])
    agree([one.manifest, bundle("benefits", COLUMNS, key_period="2026").manifest])


def test_rows_out_of_order_are_put_in_order_with_their_tokens() -> None:
    ids = ["h3", "h1", "h2", "h1"]
    columns = {column: [f"{column}{name}" for name in ("three", "one", "two", "other")] for column in COMPOSITES}
    records = side_by_side([bundle("housing", columns, ids=ids, rows=[0, 1, 0, 0])])
    assert records.client_id.to_list() == ["h1", "h2", "h3"]
    assert records.row_client.tolist() == [0, 0, 1, 2]
    straight = bundle("housing", columns, ids=ids).tokens
    last = straight.filter(pl.col("record_id") == "h3")["ab"].item()
    assert int(records.columns("ab")[0].tokens[3]) == last
