import polars as pl
import pytest

from config import frames
from config.contracts import Contract
from config.errors import ContractError

PAIRS = Contract(
    name="pairs",
    columns=pl.Schema({"left_id": pl.String(), "weight": pl.Float64()}),
    key=("left_id",),
    rules={"weight is positive": pl.col("weight") > 0},
)


def test_columns_are_put_in_order() -> None:
    frame = pl.DataFrame({"weight": [1.0], "left_id": ["a"]})
    assert PAIRS.verify(frame).columns == ["left_id", "weight"]


@pytest.mark.parametrize(
    ("frame", "breach"),
    [
        (pl.DataFrame({"left_id": ["a"]}), "column 'weight': missing"),
        (pl.DataFrame({"left_id": [1], "weight": [1.0]}), "column 'left_id': is Int64, not String"),
        (pl.DataFrame({"left_id": ["a"], "weight": [1.0], "name": ["x"]}), "surplus columns: 1"),
        (pl.DataFrame({"left_id": ["a", "a"], "weight": [1.0, 2.0]}), "key repeats: 1"),
        (pl.DataFrame({"left_id": [None, "a"], "weight": [1.0, 2.0]}), "key is null: 1"),
        (pl.DataFrame({"left_id": ["a", "b"], "weight": [1.0, -2.0]}), "weight is positive: 1"),
        (pl.DataFrame({"left_id": ["a", "b"], "weight": [1.0, None]}), "weight is positive: 1"),
    ],
)
def test_each_breach_is_named_and_counted(frame: pl.DataFrame, breach: str) -> None:
    with pytest.raises(ContractError, match=breach):
        PAIRS.verify(frame)


@pytest.mark.parametrize(
    "contract", [each for each in vars(frames).values() if isinstance(each, Contract)], ids=lambda each: each.name
)
def test_the_empty_frame_of_every_contract_keeps_it(contract: Contract) -> None:
    assert contract.verify(contract.empty()).height == 0


def test_a_spine_without_a_person_is_refused() -> None:
    rows = {name: ["x"] for name in frames.SPINE.columns}
    frame = pl.DataFrame({**rows, "person_id_low": [None]}, schema=frames.SPINE.columns)
    with pytest.raises(ContractError, match="person given"):
        frames.SPINE.verify(frame)
