from importlib.metadata import packages_distributions
from importlib.resources import files

import pytest


@pytest.mark.parametrize("package", ["config", "anonymise", "linkage", "flows"])
def test_each_of_our_packages_is_ours_alone(package: str) -> None:
    assert set(packages_distributions()[package]) == {"desirelines"}


def test_the_example_project_is_packaged() -> None:
    assert files("config").joinpath("example/project.toml").is_file()


def test_the_report_template_is_packaged() -> None:
    assert any(each.name.endswith((".html", ".j2", ".jinja")) for each in files("flows.report").iterdir())
