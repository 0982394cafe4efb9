"""Labelled files are read as they are, or refused with a reason that shows no value."""

from pathlib import Path

import pytest

from config.errors import ExtractError, SettingsError
from config.frames import PEOPLE
from flows.labelled import read_labelled

ROWS = "person,first_name,surname,note\n1,Ann,Null,x\n2,,NA,\n ,Bob,0001,y\n"


def file(folder: Path, text: str | bytes, name: str = "left.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def mapping(folder: Path, text: str) -> Path:
    return file(folder, text, "map.toml")


def test_columns_are_renamed_and_everything_stays_text(tmp_path: Path) -> None:
    (left,) = read_labelled(
        file(tmp_path, ROWS), None, truth="person", mapping=mapping(tmp_path, 'last_name = "surname"'), dedupe=True
    )
    assert PEOPLE.verify(left.people).select("client_ref", "first_name", "last_name").rows() == [
        ("0", "Ann", "Null"),
        ("1", None, "NA"),
        ("2", "Bob", "0001"),
    ]
    assert left.truth.to_list() == ["1", "2", None]
    assert left.columns == ("first_name", "last_name")


def test_the_truth_is_never_linked_on(tmp_path: Path) -> None:
    (left,) = read_labelled(
        file(tmp_path, "ssn,first_name\n1,Ann\n"), None, truth="ssn", mapping=None, dedupe=True
    )
    assert left.columns == ("first_name",)
    assert left.people["ssn"].to_list() == [None]


def test_each_file_may_have_names_of_its_own(tmp_path: Path) -> None:
    left = file(tmp_path, "person,given\n1,Ann\n")
    right = file(tmp_path, "person,forename\n1,Ann\n", "right.csv")
    names = mapping(tmp_path, '[left]\nfirst_name = "given"\n[right]\nfirst_name = "forename"\n')
    one, other = read_labelled(left, right, truth="person", mapping=names, dedupe=False)
    assert one.people["first_name"].to_list() == other.people["first_name"].to_list() == ["Ann"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    (left,) = read_labelled(
        file(tmp_path, b"\xef\xbb\xbfperson,first_name\n1,Ann\n"), None, truth="person", mapping=None, dedupe=True
    )
    assert left.truth.to_list() == ["1"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("who,first_name\n1,MARKED\n", "column of --truth is missing"),
        ("person,note\n1,MARKED\n", "has none of the columns"),
        ("person,first_name,first_name\n1,MARKED,x\n", "two columns of one name"),
        ("person,,first_name\n1,MARKED,x\n", "a column without a name"),
        ("", "no header"),
        ("person,first_name\n1,MARKED,3\n", "rows of different lengths"),
        ('person,first_name\n1,"MARKED\n2,x\n', "quotes that do not close"),
        (b"person,first_name\n1,MARKED\xff\n", "not UTF-8"),
        ("person,first_name\n1,MAR\0KED\n", "NUL"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(tmp_path: Path, content: str | bytes, problem: str) -> None:
    with pytest.raises(ExtractError, match=problem) as caught:
        read_labelled(file(tmp_path, content), None, truth="person", mapping=None, dedupe=True)
    assert "MARKED" not in str(caught.value)
    assert caught.value.__context__ is None or "MARKED" not in str(caught.value.__context__)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('shoe_size = "x"', "shoe_size: is none of our columns"),
        ("first_name = 3", "expected the name of a column"),
        ("left = 3", "left: expected a table"),
        ("first_name = ", "is not TOML"),
        ('[right]\nclient_ref = "x"', "right.client_ref"),
    ],
)
def test_a_mapping_that_is_none_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        read_labelled(file(tmp_path, ROWS), None, truth="person", mapping=mapping(tmp_path, text), dedupe=True)


def test_a_column_that_the_mapping_names_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="column 'vorname': a column that the mapping names is missing"):
        read_labelled(
            file(tmp_path, ROWS), None, truth="person",
            mapping=mapping(tmp_path, 'first_name = "vorname"'), dedupe=True,
        )  # fmt: skip


def test_options_that_do_not_fit_are_all_explained(tmp_path: Path) -> None:
    path = file(tmp_path, ROWS)
    with pytest.raises(SettingsError, match="2 faults"):
        read_labelled(path, path, truth="", mapping=None, dedupe=True)
    with pytest.raises(SettingsError, match="give a second file"):
        read_labelled(path, None, truth="person", mapping=None, dedupe=False)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"nothing\.csv: there is no such file"):
        read_labelled(tmp_path / "nothing.csv", None, truth="person", mapping=None, dedupe=True)
    with pytest.raises(SettingsError, match="there is no such file"):
        read_labelled(file(tmp_path, ROWS), None, truth="person", mapping=tmp_path / "none.toml", dedupe=True)
