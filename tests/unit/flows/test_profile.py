"""An extract described: what it is, and never what stands in it."""

import gzip
import io
import stat
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from config.errors import ExtractError, SettingsError
from config.terms import ExtractKind
from flows.profile.describe import rows_told, share
from flows.profile.detect import delimiter_of, encoding_of
from flows.profile.gather import gathered_profile
from flows.profile.names import USUAL, ours_for, plain
from flows.profile.show import show_profile
from flows.profile.tally import SMALLEST, Tally
from tests.support.workbooks import archive, workbook

DAYS = [date(1950, 1, 1) + timedelta(days=97 * n) for n in range(100)]


def nhs(number: int) -> str:
    """A number with its check digit."""
    nine = f"{number:09}"
    check = (11 - sum(int(digit) * (10 - at) for at, digit in enumerate(nine)) % 11) % 11
    return f"{nine}{check}" if check < 10 else nhs(number + 1)


COLUMNS: dict[str, list[str]] = {
    "TENANT_NO": [f"{n:05}" for n in range(100)],
    "Surname": [f"{'ABCDEFGHIJ'[n % 10]}{'klmnopqrst'[n // 10]}sson" for n in range(100)],
    "Date of Birth": [f"{day:%d/%m/%Y}" for day in DAYS],
    "PostCode": [f"AB{n % 90 + 1} {n % 9}XY" for n in range(100)],
    "NHS No": [nhs(400_000_000 + 37 * n) for n in range(100)],
    "NI Number": [f"AB{n:06}C" for n in range(100)],
    "secret column": [f"x{n}" for n in range(100)],
}


def csv(columns: dict[str, list[str]], delimiter: str = ",") -> str:
    rows = zip(*columns.values(), strict=True)
    return "\n".join([delimiter.join(columns), *(delimiter.join(row) for row in rows)]) + "\n"


def shown(path: Path, **options: object) -> str:
    usual: dict[str, object] = {
        "project": Path("none"),
        "body": "",
        "kind": None,
        "header_line": 1,
        "codes": None,
        "names": False,
    }
    return show_profile(str(path), **(usual | options))  # type: ignore[arg-type]


def said_of(text: str, column: str) -> str:
    (line,) = [each for each in text.splitlines() if f" {column}  " in each and each[0].isdigit()]
    return line


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(csv(COLUMNS))
    return path


def test_columns_are_told_by_their_kind(people: Path) -> None:
    text = shown(people)
    assert text.startswith("CSV, utf-8, delimiter comma; about 100 rows, 7 columns.\nIt seems to hold people.")
    for column, kind in (
        ("TENANT_NO", "whole number, some with zeros in front"),
        ("Surname", "name-like"),
        ("Date of Birth", "date, %d/%m/%Y"),
        ("PostCode", "postcode-like"),
        ("NHS No", "NHS-number-like, valid check digit: nearly all or all"),
        ("NI Number", "NINO-like"),
    ):
        assert kind in said_of(text, column)
    assert "secret column" not in text
    assert "(not a usual name)" in text
    assert "secret column" in shown(people, names=True)


def test_the_proposal_is_toml_that_maps_the_usual_names(people: Path) -> None:
    found = tomllib.loads(
        shown(people, body="housing").split("\n\n")[-2] + "\n\n" + shown(people, body="housing").split("\n\n")[-1]
    )
    assert found == {
        "encoding": "utf-8",
        "delimiter": ",",
        "date_format": "%d/%m/%Y",
        "bodies": {
            "housing": {
                "people_columns": {
                    "client_ref": "TENANT_NO",
                    "last_name": "Surname",
                    "dob": "Date of Birth",
                    "nhs_number": "NHS No",
                    "nino": "NI Number",
                }
            }
        },
    }


def test_a_day_that_may_be_a_month_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    days = [f"{n % 12 + 1:02}/{n % 11 + 1:02}/1980" for n in range(60)]
    path.write_text(csv({"client_ref": [str(n) for n in range(60)], "dob": days}))
    text = shown(path)
    assert "day and month cannot be told apart" in said_of(text, "dob")
    assert "# date_format: %d/%m/%Y or %m/%d/%Y fit alike; ask the body which it is" in text
    assert "\ndate_format" not in text


def test_events_are_told_from_people_and_their_times_found(tmp_path: Path) -> None:
    start = datetime(2024, 1, 1)  # noqa: DTZ001
    rows = range(300)
    path = tmp_path / "events.csv.gz"
    content = csv(
        {
            "client_ref": [str(n) for n in rows],
            "event_id": [f"e{n}" for n in rows],
            "SEQ": [str(n % 3) for n in rows],
            "LOGGED_AT": [f"{start + timedelta(hours=7 * n):%d/%m/%Y %H:%M}" for n in rows],
            "TYPE": [("CONT", "REQ", "DEC")[n % 3] for n in rows],
            "service": ["repairs" for _ in rows],
            "METHOD": [("TEL", "WEB")[n % 2] for n in rows],
            "OWN_CHOICE": ["Y" for _ in rows],
        },
        ";",
    )
    path.write_bytes(gzip.compress(content.encode("cp1252")))
    text = shown(path)
    assert "delimiter semicolon" in text
    assert "It seems to hold events." in text
    assert 'time_format = "%d/%m/%Y %H:%M"' in text
    assert "# event_type: fewer than 10 different codes" in text
    for word in ("CONT", "TEL", "repairs"):
        assert word not in text


def test_codes_go_into_a_private_file_beside_the_extract_and_nowhere_else(tmp_path: Path) -> None:
    path = tmp_path / "zone" / "events.csv"
    path.parent.mkdir()
    path.write_text(
        csv(
            {
                "METHOD": ["TEL", "WEB", '"a ""b"""'] * 50,
                "TYPE": [f"w{n}" for n in range(150)],
                "event_id": [str(n) for n in range(150)],
                "SEQ": ["1"] * 150,
            }
        )
    )
    codes = path.parent / "codes.toml"
    text = shown(path, codes=codes)
    assert "Codes of 1 columns are in codes.toml, readable by you alone." in text
    assert "TEL" not in text
    assert stat.S_IMODE(codes.stat().st_mode) == 0o600
    assert tomllib.loads(codes.read_text()) == {"channel": {"TEL": "", "WEB": "", 'a "b"': ""}}
    assert "one of face_to_face, phone, web" in codes.read_text()
    for wrong in (codes, tmp_path / "codes.toml", Path("/dev/stdout")):
        with pytest.raises(SettingsError, match="--codes"):
            shown(path, codes=wrong)


def test_few_rows_are_not_described(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(csv({name: values[:9] for name, values in COLUMNS.items()}))
    text = shown(path)
    assert "fewer than 10 rows" in text
    assert text.count("too few values to tell") == len(COLUMNS)
    assert "date_format" not in text


def test_shares_and_counts_hide_the_small_and_round_the_rest() -> None:
    assert [share(count, 1_000) for count in (0, 9, 10, 333, 990, 991, 1_000)] == [
        "few or none",
        "few or none",
        "about 5 %",
        "about 35 %",
        "about 95 %",
        "nearly all or all",
        "nearly all or all",
    ]
    assert share(3, 9) == "-"
    assert [rows_told(count) for count in (0, 9, 10, 99, 12_345_678)] == [
        "fewer than 10",
        "fewer than 10",
        "about 10",
        "about 90",
        "about 12,000,000",
    ]


def test_different_values_are_counted_exactly_then_nearly() -> None:
    tally = Tally()
    for start in range(0, 200_000, 10_000):
        tally.add(pl.Series([f"v{n}" for n in range(start, start + 10_000)] * 2))
    assert abs(tally.distinct - 200_000) < 20_000
    few = Tally()
    few.add(pl.Series([f"v{n % SMALLEST}" for n in range(3 * SMALLEST)]))
    assert few.distinct == SMALLEST


def test_shapes_are_not_given_up_for_a_few_bad_values_at_the_start() -> None:
    tally = Tally()
    tally.add(pl.Series(["junk"] * 5))
    tally.add(pl.Series([f"{day:%Y-%m-%d}" for day in DAYS] * 5))
    assert tally.shapes["date %Y-%m-%d"] == 500


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("naïve €".encode(), "utf-8"),
        ("naïve".encode("utf-8-sig"), "utf-8-sig"),
        ("naïve €".encode("cp1252"), "cp1252"),
        (b"\x81\xe9", "iso-8859-1"),
        ("naïve".encode("utf-16"), "utf-16"),
        (b"", "utf-8"),
        ("é".encode()[:1], "cp1252"),
    ],
)
def test_encodings_are_found_whatever_the_blocks(data: bytes, encoding: str) -> None:
    assert encoding_of(iter([data])) == encoding
    assert encoding_of(data[at : at + 1] for at in range(len(data))) == encoding


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [("a,b;c,d", ","), ("a;b;c", ";"), ("a\tb", "\t"), ('"a;b;c",d', ","), ("a|b", "|"), ("alone", ",")],
)
def test_delimiters_are_found(line: str, delimiter: str) -> None:
    assert delimiter_of(line) == delimiter


def test_usual_names_are_known_however_they_are_written_and_stand_for_one_column_each() -> None:
    every = [plain(name) for names in USUAL.values() for name in names]
    assert len(set(every)) == len(every)
    for name in ("DATE_OF_BIRTH", "dateOfBirth", "Date of birth", "date-of-birth"):
        assert ours_for(name) == "dob"
    assert ours_for("Müller sex") == ""
    assert ours_for("名 sex") == ""


@pytest.mark.parametrize("form", ["xlsx", "zip", "parquet"])
def test_other_forms_are_described_too(form: str, tmp_path: Path) -> None:
    rows = [list(row) for row in zip(*COLUMNS.values(), strict=True)]
    path = tmp_path / f"people.{form}"
    if form == "xlsx":
        dated = [[*row[:2], DAYS[at], *row[3:]] for at, row in enumerate(rows)]
        path.write_bytes(workbook({"Who": [list(COLUMNS), *dated], "Other": [["x"]]}))
        with pytest.raises(ExtractError, match="has 2 sheets"):
            shown(path)
        path = tmp_path / "people.xlsx#Who"
    elif form == "zip":
        path.write_bytes(archive({"a.csv": csv(COLUMNS, "|"), "b.csv": "x\n1\n"}))
        with pytest.raises(ExtractError, match="several CSV files"):
            shown(path)
        path = tmp_path / "people.zip#a.csv"
    else:
        frame = pl.DataFrame(COLUMNS).with_columns(pl.col("Date of Birth").str.to_date("%d/%m/%Y"), cost=1.5)
        held = io.BytesIO()
        frame.write_parquet(held)
        path.write_bytes(held.getvalue())
    text = shown(path)
    assert "postcode-like" in said_of(text, "PostCode")
    assert "about 100 rows" in text
    if form == "xlsx":
        assert "date cells" in said_of(text, "Date of Birth")
    if form == "parquet":
        assert "real dates" in said_of(text, "Date of Birth")
        assert "fractional numbers" in text


def test_a_title_above_the_header_is_told_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Report of clients\n\n" + csv(COLUMNS))
    text = shown(path, header_line=3, kind=ExtractKind.PEOPLE)
    assert "header_line = 3" in text
    assert "Report" not in text


def test_a_file_without_a_header_shows_nothing_of_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("\n".join(csv(COLUMNS).splitlines()[1:]) + "\n")
    text = shown(path)
    assert "No column has a usual name. Is the first line a header?" in text
    for values in COLUMNS.values():
        assert values[0] not in text


def test_a_profile_without_a_project_names_no_body(people: Path) -> None:
    profile = gathered_profile(str(people), None, 1, loaded=None, body="", words=False)
    assert [each.ours for each in profile.columns] == [
        "client_ref",
        "last_name",
        "dob",
        "postcode",
        "nhs_number",
        "nino",
        "",
    ]
    assert all(each.tally.words is None for each in profile.columns)


def test_a_folder_is_no_file_to_describe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExtractError, match="is not a regular file"):
        gathered_profile(".", None, 1, loaded=None, body="", words=False)
