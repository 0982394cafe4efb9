import gzip
from pathlib import Path

import polars as pl
import pytest

from config.frames import PEOPLE as CONTRACT
from flows.ingest.limits import Limits
from tests.support.extracts import took


def named(root: Path, content: str | bytes, file: str = "people.csv", **settings: object) -> list[tuple[str, ...]]:
    """Clients and surnames that come out."""
    return took(root, {file: content}, **settings).people.select("client_ref", "last_name").rows()


def test_words_that_mean_missing_elsewhere_are_surnames_here(tmp_path: Path) -> None:
    rows = "1,Null\n2,NA\n3,None\n4,nan\n5,#N/A\n6,true\n7,1e5\n8,-\n"
    assert [name for _, name in named(tmp_path, f"client_ref,last_name\n{rows}")] == [
        "Null", "NA", "None", "nan", "#N/A", "true", "1e5", "-",
    ]  # fmt: skip


def test_ids_that_look_like_numbers_stay_apart(tmp_path: Path) -> None:
    assert named(tmp_path, "client_ref,last_name\n0001,a\n1,b\n01,c\n1.0,d\n") == [
        ("0001", "a"),
        ("01", "c"),
        ("1", "b"),
        ("1.0", "d"),
    ]


def test_every_column_of_the_contract_is_there_and_what_is_not_supplied_is_null(tmp_path: Path) -> None:
    taken = took(tmp_path, {"people.csv": "client_ref\n1\n"})
    assert taken.people.schema == CONTRACT.columns
    assert taken.people.null_count().row(0) == (0, *[1] * 14)


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        ("utf-8", "client_ref,last_name\n1,MülleröŁoś\n".encode()),
        ("utf-8-sig", "\ufeffclient_ref,last_name\n1,MülleröŁoś\n".encode()),
        ("utf-8-sig", "client_ref,last_name\n1,MülleröŁoś\n".encode()),
        ("utf-16", "client_ref,last_name\n1,MülleröŁoś\n".encode("utf-16")),
        ("utf-16", b"\xfe\xff" + "client_ref,last_name\n1,MülleröŁoś\n".encode("utf-16-be")),
        ("cp1252", "client_ref,last_name\n1,MülleröSœur\n".encode("cp1252")),
        ("iso-8859-1", "client_ref,last_name\n1,Müller\n".encode("iso-8859-1")),
    ],
)
@pytest.mark.parametrize("block", [1, 3, 1_000])
def test_each_encoding_is_read_to_the_letter_however_the_blocks_fall(
    encoding: str, raw: bytes, block: int, tmp_path: Path
) -> None:
    taken = took(tmp_path, {"people.csv": raw}, encoding=encoding, limits=Limits(block_bytes=block))
    name = taken.people["last_name"].to_list()
    assert name == [raw.decode(encoding).splitlines()[1].partition(",")[2]]


@pytest.mark.parametrize("block", [1, 2, 5, 1_000])
def test_line_ends_of_every_kind_may_be_mixed(block: int, tmp_path: Path) -> None:
    text = 'client_ref,last_name\r\n1,a\n2,b\r3,"c\r\nd"\r\n4,"e"\n\r\n\n'
    taken = took(tmp_path, {"people.csv": text.encode()}, limits=Limits(block_bytes=block))
    assert taken.people["last_name"].to_list() == ["a", "b", "c\r\nd", "e"]
    assert taken.receipts[0].rows_in == 4


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_may_stand_inside_quotes(delimiter: str, tmp_path: Path) -> None:
    text = f'client_ref{delimiter}last_name\n1{delimiter}"a{delimiter}""b"""\n'
    assert named(tmp_path, text, delimiter=delimiter) == [("1", f'a{delimiter}"b"')]


def test_gzip_is_read_member_by_member(tmp_path: Path) -> None:
    raw = gzip.compress(b"client_ref,last_name\n1,a\n") + gzip.compress(b"2,b\n")
    assert named(tmp_path, raw, "people.csv.gz") == [("1", "a"), ("2", "b")]


def test_columns_are_mapped_ignored_and_set_constant(tmp_path: Path) -> None:
    taken = took(
        tmp_path,
        {"people.csv": "Client No., SURNAME ,Notes\n1,a,secret\n,b,secret\n"},
        people_columns={"client_ref": "client no.", "last_name": "Surname"},
        people_constants={"place": "Leeds"},
        ignored_columns=["notes"],
    )
    assert taken.people.select("client_ref", "last_name", "place").rows() == [("1", "a", "Leeds")]
    (aside,) = (tmp_path / "bodies/housing/quarantine").iterdir()
    assert pl.read_parquet(aside).rows(named=True) == [
        {"#row": 2, "#rules": "client_ref: missing", "Client No.": None, " SURNAME ": "b"}
    ]


def test_files_may_differ_by_optional_columns_and_row_order_is_of_no_account(tmp_path: Path) -> None:
    one = {"people_1.csv": "client_ref,last_name\n2,b\n1,a\n", "people_2.csv": "sex,client_ref\nF,3\n"}
    two = {"people_1.csv": "client_ref,last_name\n1,a\n2,b\n", "people_2.csv": "client_ref,sex\n3,F\n"}
    first, second = took(tmp_path / "1", one).people, took(tmp_path / "2", two).people
    assert first.equals(second)
    assert first["client_ref"].to_list() == ["1", "2", "3"]


def test_a_header_without_rows_is_allowed_and_counted(tmp_path: Path) -> None:
    taken = took(tmp_path, {"people.csv": "client_ref,last_name", "events.csv": header_of_events()})
    assert taken.people.height == taken.events.height == 0
    assert [receipt.rows_in for receipt in taken.receipts] == [0, 0]


def header_of_events() -> str:
    return "client_ref,event_id,event_seq,ts,event_type,service\n"


def test_lookalike_and_invisible_letters_are_flagged_and_kept(tmp_path: Path) -> None:
    names = [
        "Sm\u0456th",
        "O\u2019Neill",
        "Zo\u00eb",
        "a\u200bb",
        "\uff33mith",
        "M\ufffdller",
        "\u041f\u0435\u0442\u0440",
    ]
    rows = "".join(f"{number},{name}\n" for number, name in enumerate(names))
    taken = took(tmp_path, {"people.csv": f"client_ref,last_name\n{rows} 7,x\n"})
    assert taken.receipts[0].flags == {
        "client_ref: blank at the edge": 1,
        "last_name: alphabets mixed": 1,
        "last_name: compatibility form": 1,
        "last_name: damaged character": 1,
        "last_name: invisible character": 1,
    }
    assert taken.people.height == 8
    assert taken.receipts[0].rows_quarantined == 0


def test_a_row_that_breaks_two_rules_is_one_row_under_both(tmp_path: Path) -> None:
    taken = took(tmp_path, {"people.csv": f"client_ref,last_name\n,{'x' * 600}\n1,a\n"})
    (receipt, _) = taken.receipts
    assert receipt.quarantined == {"client_ref: missing": 1, "last_name: longer than 500 characters": 1}
    assert (receipt.rows_in, receipt.rows_out, receipt.rows_quarantined) == (2, 1, 1)


def test_a_mended_file_leaves_no_rows_set_aside_behind_under_its_new_digest(tmp_path: Path) -> None:
    took(tmp_path, {"people.csv": "client_ref,last_name\n,a\n"})
    folder = tmp_path / "bodies/housing/quarantine"
    before = list(folder.iterdir())
    took(tmp_path, {"people.csv": "client_ref,last_name\n1,a\n"})
    assert list(folder.iterdir()) == before
    assert len(before) == 1


def test_a_date_of_birth_that_is_not_in_the_declared_format_is_kept_and_counted(tmp_path: Path) -> None:
    extract = {"people.csv": "client_ref,dob\n1,12/31/1990\n2,31/12/1990\n3,\n"}
    taken = took(tmp_path, extract, date_format="%d/%m/%Y")
    assert taken.people["dob"].to_list() == ["12/31/1990", "31/12/1990", None]
    assert taken.receipts[0].flags == {"dob: not a date in the declared format": 1}
