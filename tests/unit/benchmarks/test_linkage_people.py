"""The two invented lists that linkage is measured on."""

from pathlib import Path

import polars as pl
import pytest

from benchmarks.linkage import people
from benchmarks.linkage.people import SIDES, area, two_lists
from benchmarks.linkage.sets import OWN, cleaned, known_set, prepared, truth


def lists(size: int, seed: int = 1) -> dict[str, pl.DataFrame]:
    pieces: dict[str, list[pl.DataFrame]] = {side: [] for side in SIDES}
    for side, piece in two_lists(size, seed):
        pieces[side].append(piece)
    return {side: pl.concat(found) for side, found in pieces.items()}


def test_the_lists_have_about_the_size_asked_for_and_share_four_in_five() -> None:
    found = lists(4_000)
    for side in SIDES:
        assert abs(found[side].height - 4_000) < 200
        other = found["right" if side == "left" else "left"]
        assert found[side]["person"].is_in(other["person"].implode()).mean() == pytest.approx(0.8, abs=0.03)


def test_a_person_stands_once_on_a_list_and_rows_are_numbered() -> None:
    for found in lists(3_000).values():
        assert found["person"].is_unique().all()
        assert found["client_ref"].to_list() == [str(number) for number in range(found.height)]


def test_most_of_a_person_agrees_on_both_lists_and_some_does_not() -> None:
    found = lists(4_000)
    both = found["left"].join(found["right"], on="person", suffix="_right")
    for column, least, most in (("first_name", 0.75, 0.95), ("dob", 0.93, 0.99), ("postcode", 0.8, 0.97)):
        assert least < (both[column] == both[f"{column}_right"]).mean() < most


def test_the_lists_stand_in_different_order() -> None:
    found = lists(2_000)
    places = [found[side].with_row_index("at").select("person", pl.col("at").cast(pl.Float64)) for side in SIDES]
    both = places[0].join(places[1], on="person")
    assert abs(both.select(pl.corr("at", "at_right")).item()) < 0.1


def test_the_same_seed_gives_the_same_lists_and_another_seed_others() -> None:
    one, again, other = lists(1_000), lists(1_000), lists(1_000, seed=2)
    for side in SIDES:
        assert one[side].equals(again[side])
        assert not one[side].equals(other[side])


def test_twins_and_families_stand_on_the_lists() -> None:
    left = lists(8_000)["left"]
    at_home = pl.struct("last_name", "house", "street", "postcode")
    assert left.select(at_home.is_duplicated().mean()).item() > 0.2
    twins = left.filter(pl.col("dob").is_not_null()).select(
        pl.struct("dob", "house", "street", "postcode").is_duplicated().sum()
    )
    assert twins.item() > 10


def test_pieces_hold_different_people_at_different_homes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PIECE", 500)
    found = lists(2_000)
    for side in SIDES:
        assert found[side]["person"].is_unique().all()
        assert found[side].height > 1_800
        assert found[side]["client_ref"].is_unique().all()
    homes = found["left"].group_by("postcode", "house", "street").len()["len"]
    assert homes.max() < 20


def test_a_set_is_written_once_and_then_taken_as_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OWN, "own-1k", 300)
    made = prepared("own-1k", tmp_path / "set", peers_python=None)
    before = (tmp_path / "set" / "left.parquet").stat().st_mtime_ns
    assert prepared("own-1k", tmp_path / "set", peers_python=None) == made == known_set(tmp_path / "set")
    assert (tmp_path / "set" / "left.parquet").stat().st_mtime_ns == before
    with pytest.raises(ValueError, match="seed 1"):
        prepared("own-1k", tmp_path / "set", peers_python=None, seed=2)
    person, side = truth(tmp_path / "set", made)
    assert (side == 0).sum() == made.rows[0]
    assert person.size == sum(made.rows)
    assert made.population == area(300)


def test_the_clean_list_has_the_same_rows_and_no_placeholders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OWN, "own-1k", 2_000)
    prepared("own-1k", tmp_path / "set", peers_python=None)
    cleaned(tmp_path / "set", "left")
    given, clean = (pl.read_parquet(tmp_path / "set" / f"left{kind}.parquet") for kind in ("", ".clean"))
    assert clean["client_ref"].to_list() == given["client_ref"].to_list()
    assert clean["person"].to_list() == given["person"].to_list()
    assert "UNKNOWN" in given["last_name"].to_list()
    assert "unknown" not in clean["last_name"].to_list()


def test_febrl_comes_without_its_shared_id(tmp_path: Path) -> None:
    made = prepared("febrl1", tmp_path / "set", peers_python=None)
    assert (made.dedupe, made.rows, made.unique) == (True, (1_000,), (False,))
    found = pl.read_parquet(tmp_path / "set" / "left.parquet")
    assert found["ssn"].null_count() == 1_000
    assert found["person"].n_unique() == 500
    assert found["dob"].drop_nulls().str.contains(r"^\d{4}-\d{2}-\d{2}$").mean() > 0.99


def test_a_simulated_set_needs_an_interpreter_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pseudopeople"):
        prepared("census-ssa", tmp_path / "set", peers_python=None)
    with pytest.raises(ValueError, match="no data set"):
        prepared("nowhere", tmp_path / "other", peers_python=None)
