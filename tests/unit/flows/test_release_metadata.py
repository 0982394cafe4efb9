"""The metadata of the CSV files, checked by an implementation of CSV on the Web that is not ours."""

import json
from pathlib import Path

import pytest
import rfc8785
from csvw import CSVW

from config.derived import CONTRACTS, Derived
from flows.release.columns import DERIVED_COLUMNS, column_of
from flows.release.files import release_files
from tests.support.told import derived, everything, with_derived


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        with_derived(patch)
        return release_files(everything())[1]


def written(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        if name.endswith((".csv", ".json")):
            (folder / name).write_bytes(data)
    return folder / "csv-metadata.json"


def test_all_files_are_valid_against_their_metadata(files, tmp_path) -> None:
    said = CSVW(str(written(files, tmp_path)), validate=True)
    assert said.is_valid
    assert said.warnings == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("journeys.csv", b"8214", b"many"),
        ("journeys.csv", b",c\n", b",q\n"),
        ("measures.csv", b",0.41,", b",41,"),
        ("hot_spots.csv", b"true", b"perhaps"),
        ("overlap.csv", b"benefits,revenues", b"benefits,housing"),
    ],
)
@pytest.mark.filterwarnings("always")
def test_a_file_that_is_not_as_its_metadata_say_is_found_out(files, tmp_path, file, old, new) -> None:
    assert old in files[file]
    path = written({**files, file: files[file].replace(old, new)}, tmp_path)
    said = CSVW(str(path), validate=True)
    try:
        valid = said.is_valid
    except ValueError:  # at a key that repeats the library raises
        valid = False
    assert not valid


def test_the_metadata_describe_every_csv_file_and_column_in_order(files) -> None:
    said = json.loads(files["csv-metadata.json"])
    assert {each["url"] for each in said["tables"]} == {name for name in files if name.endswith(".csv")}
    for each in said["tables"]:
        head = files[each["url"]].decode().partition("\n")[0].split(",")
        assert [column["name"] for column in each["tableSchema"]["columns"]] == head
        assert all(column["dc:title"] and column["dc:description"] for column in each["tableSchema"]["columns"])
        assert set(each["tableSchema"]["primaryKey"]) <= set(head)


def test_rows_are_named_by_their_dimensions_and_a_status_is_one_of_five(files) -> None:
    tables = {each["url"]: each["tableSchema"] for each in json.loads(files["csv-metadata.json"])["tables"]}
    assert tables["journeys.csv"]["primaryKey"] == ["journey_type", "segment"]
    status = tables["journeys.csv"]["columns"][-1]
    assert status["datatype"] == {"base": "string", "format": "h|c|x|z"}
    assert status["null"] == ""


def test_the_metadata_are_canonical_and_state_no_licence(files) -> None:
    said = json.loads(files["csv-metadata.json"])
    assert rfc8785.dumps(said) == files["csv-metadata.json"]
    assert not any("licen" in key.lower() for key in said)


def test_every_column_of_a_derived_table_is_described() -> None:
    assert set(DERIVED_COLUMNS) == set(Derived)
    for name, contract in CONTRACTS.items():
        assert list(DERIVED_COLUMNS[name]) == list(contract.columns)
    assert set(derived()) == {str(name) for name in Derived}


def test_a_column_that_nobody_described_is_called_by_its_name() -> None:
    assert column_of("cost_pence", "journeys", {}).title == "Cost pence"
    assert column_of("cost_pence", "hot_spots", {}).title == "Cost pence"
