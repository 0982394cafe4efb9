"""What somebody reads who typed a command wrongly: what was expected, and what comes next."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.errors import PipelineError
from flows.__main__ import app
from flows.demo import write_project


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed") / "example"
    write_project(folder, 1_000, 1)
    return folder


def test_who_has_no_key_yet_reads_how_to_get_it(example: Path) -> None:
    key, aside = example / "keys" / "example-linkage.key", example / "aside"
    key.rename(aside)
    ended = CliRunner().invoke(app, ["encode", str(example / "project.toml"), "--body", "housing"])
    aside.rename(key)
    assert "take it over from the key custodian, or in a new project make all keys" in str(ended.exception)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["encode", "--body", "housin"], 10, "--body: expected one of housing, revenues, benefits"),
        (["erase", "--body", "housin", "--all"], 60, "--body: expected one of housing, revenues, benefits"),
        (["link"], 22, "give desirelines encode --body adult_social_care first"),
        (["journeys"], 22, "give desirelines link first"),
        (["publish"], 22, "give desirelines journeys first"),
        (["link", "--as", "output_checker"], 10, "with the role runner under [people]: governance_runner"),
    ],
)
def test_a_command_typed_wrongly_or_too_early_says_what_comes_next(
    command: list[str], code: int, said: str, example: Path
) -> None:
    name, *options = command
    ended = CliRunner().invoke(app, [name, str(example / "project.toml"), *options])
    assert isinstance(ended.exception, PipelineError)
    assert ended.exception.exit_code == code
    assert said in str(ended.exception)
