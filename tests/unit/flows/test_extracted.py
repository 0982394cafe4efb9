import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from anonymise.extract import make_extract
from config.errors import DisclosureError
from flows.extracted import write_extract
from flows.stores import digest_of
from tests.support.journey_extracts import DISCLOSURE, frame, journey, settings
from tests.support.journey_world import project

TRUTH = frame([journey(number, state=("ended", "open", "lapsed")[number % 3]) for number in range(12)])
WANTED = settings(sensitive=["state"])
MADE = make_extract(TRUTH, WANTED, DISCLOSURE)


REASON = "The two are read in different settings"


def write(folder: Path, made=MADE, others=frozenset(), published=0, reason=None) -> tuple[str, str]:
    wanted = WANTED.model_copy(update={"beside_others": reason})
    inputs = {"spine": "a" * 64}
    return write_extract(
        folder, made, TRUTH, project([]), wanted, inputs=inputs, others=others, published=published
    )


def test_an_extract_is_a_folder_of_two_files_that_others_cannot_read(tmp_path: Path) -> None:
    folder = tmp_path / "extract"
    rows, manifest = write(folder)
    assert {each.name: oct(each.stat().st_mode & 0o777) for each in folder.iterdir()} == {
        "journeys.parquet": "0o640",
        "manifest.json": "0o640",
    }
    assert oct(folder.stat().st_mode & 0o777) == "0o750"
    assert (rows, manifest) == (digest_of(folder / "journeys.parquet"), digest_of(folder / "manifest.json"))
    assert pl.read_parquet(folder / "journeys.parquet").equals(MADE.rows)


def test_the_manifest_says_what_was_kept_what_was_lost_and_how_it_may_be_used(tmp_path: Path) -> None:
    rows, _ = write(tmp_path / "extract", others=frozenset({"b" * 64}), published=2, reason=REASON)
    said = json.loads((tmp_path / "extract" / "manifest.json").read_text())
    assert said["digest"] == rows
    assert (said["least_people"], said["least_values"], said["most_distance"]) == (5, 2, 0.9)
    assert said["levels"] == {"started": "day", "segment": "segment", "route": "full"}
    assert said["journeys"] == 12
    assert set(said["suppressed"]) == {
        "pair without a gateway", "few people", "few bodies", "few values", "uneven values", "far from the whole",
    }  # fmt: skip
    assert said["loss"]["penalty"] == 0
    assert not any(said["attack"].values())
    assert "safe setting" in said["use"]
    assert (said["other_extracts"], said["published_releases"], said["beside_others"]) == (1, 2, REASON)
    assert said["approved_by"] == ["checker"]
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "journey-extract.md").read_text(encoding="utf-8")
    assert [key for key in (*said, *said["loss"]) if f"`{key}`" not in page] == []


def test_the_same_extract_again_has_the_same_bytes_and_is_no_other_one(tmp_path: Path) -> None:
    first = write(tmp_path / "extract")
    assert write(tmp_path / "extract", others=frozenset({first[0]})) == first


def test_beside_another_extract_or_a_release_it_is_refused_until_somebody_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "extract"
    before = write(folder)
    for beside in ({"others": frozenset({"b" * 64})}, {"published": 1}):
        with pytest.raises(DisclosureError, match="beside_others of \\[extract\\] says why"):
            write(folder, **beside)
        assert digest_of(folder / "manifest.json") == before[1]


def test_an_extract_that_the_attack_breaks_is_not_written_and_the_earlier_one_stays(tmp_path: Path) -> None:
    folder = tmp_path / "extract"
    before = write(folder)
    spoiled = replace(MADE, rows=MADE.rows.with_columns(pl.col("journeys") + 1))
    with pytest.raises(DisclosureError, match="the attack on the extract succeeded"):
        write(folder, spoiled)
    assert digest_of(folder / "manifest.json") == before[1]
    assert [each.name for each in tmp_path.iterdir()] == ["extract"]
