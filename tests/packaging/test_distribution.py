from importlib.metadata import distribution, packages_distributions
from importlib.resources import files

import pytest


@pytest.mark.parametrize("package", ["config", "anonymise", "linkage", "flows"])
def test_no_other_distribution_brings_a_package_of_our_name(package: str) -> None:
    # An editable install lists no packages of its own; one that clashes with ours would list its own.
    assert set(packages_distributions().get(package, ())) <= {"desirelines"}


@pytest.mark.parametrize(
    "file",
    [
        ("config", "example/journey-notes.toml"),
        ("config", "example/project.toml"),
        ("config", "py.typed"),
        ("flows.gates", "arrival.html"),
        ("flows.release", "methods.md.j2"),
        ("flows.report", "report.html.j2"),
        ("flows.synthetic", "words.toml"),
    ],
    ids=lambda each: each[1],
)
def test_what_is_not_code_is_packaged_too(file: tuple[str, str]) -> None:
    package, name = file
    assert files(package).joinpath(name).is_file()


def test_the_command_is_installed() -> None:
    assert [each.name for each in distribution("desirelines").entry_points] == ["desirelines"]
