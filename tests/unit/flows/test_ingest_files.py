import os
import socket
from pathlib import Path

import pytest

from config.errors import ExtractError
from flows.ingest.files import found, opened
from flows.ingest.limits import LIMITS, Limits
from tests.support.extracts import EVENTS, PEOPLE, took


def test_a_link_is_never_followed_whether_file_or_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "people.csv").write_text(PEOPLE)
    body = tmp_path / "body"
    body.mkdir()
    (body / "people.csv").symlink_to(outside / "people.csv")
    (body / "folder").symlink_to(outside)
    (body / "deep").mkdir()
    (body / "deep" / "folder").symlink_to(outside)
    for file in ("people.csv", "folder/people.csv", "deep/folder/people.csv"):
        with pytest.raises(ExtractError, match="symbolic link"), opened("housing", body, file, LIMITS):
            pass


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "people_fifo.csv")
    (tmp_path / "people_folder.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as endpoint:
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            endpoint.bind("people_socket.csv")
        finally:
            os.chdir(here)
        for file in ("people_fifo.csv", "people_folder.csv", "people_socket.csv"):
            with (
                pytest.raises(ExtractError, match="not a regular file"),
                opened("housing", tmp_path, file, LIMITS),
            ):
                pass


def test_a_file_that_grows_or_is_rewritten_during_reading_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    for change in ("x" * 21, "y" * 20):
        path.write_text("x" * 20)
        os.utime(path, ns=(1, 1))
        with opened("housing", tmp_path, "people.csv", LIMITS) as source:
            blocks = source.blocks(8)
            next(blocks)
            path.write_text(change)
            with pytest.raises(ExtractError, match="changed while it was read"):
                list(blocks)


def test_a_file_put_in_the_place_of_an_open_one_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("first")
    with opened("housing", tmp_path, "people.csv", LIMITS) as source:
        path.rename(tmp_path / "old.csv")
        path.write_text("other")
        with pytest.raises(ExtractError, match="changed while it was read"):
            # Renaming changes the file's own time stamp, so even that is noticed.
            list(source.blocks(8))


def test_a_second_reading_gives_the_same_bytes_and_the_same_digest(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("abc" * 1_000)
    with opened("housing", tmp_path, "people.csv", LIMITS) as source:
        first = list(source.blocks(100)), source.digest
        assert (list(source.blocks(100)), source.digest) == first


def test_patterns_are_sorted_and_a_file_that_two_match_is_read_once(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "sub/c.csv", ".hidden.csv", "quarantine/a.csv.parquet", "docs/a.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert found("housing", tmp_path, ("**/*.csv", "a*"), LIMITS) == ("a.csv", "b.csv", "sub/c.csv")


@pytest.mark.parametrize("pattern", ["none*.csv", "quarantine/*", "a**b"])
def test_a_pattern_without_a_file_is_an_error(pattern: str, tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="housing: "):
        found("housing", tmp_path, (pattern,), LIMITS)


def test_too_many_files_and_names_that_cannot_be_shown_are_refused(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x")
    with pytest.raises(ExtractError, match="more than 1 files"):
        found("housing", tmp_path, ("*.csv",), Limits(files=1))
    (tmp_path / "c\x1b[2J.csv").write_text("x")
    with pytest.raises(ExtractError, match="cannot be shown"):
        found("housing", tmp_path, ("*.csv",), LIMITS)


def test_the_same_content_under_two_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"people_copy.csv: has the same content as people.csv"):
        took(tmp_path, {"people.csv": PEOPLE, "people_copy.csv": PEOPLE})


def test_a_file_that_is_people_and_events_at_once_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="as a people file and as an events file"):
        took(tmp_path, {"people.csv": PEOPLE, "events.csv": EVENTS}, people=["*.csv"])
