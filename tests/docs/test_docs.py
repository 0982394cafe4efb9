import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from config.load import load_project
from config.terms import Action
from flows.__main__ import app
from tests.docs.reference import REFERENCE, pages

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", sorted(pages()))
def test_generated_pages_are_current(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages()[name], "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_path_of_code_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        r"`((?:flows|linkage|anonymise|config|tests|benchmarks)/[\w/.]+\.(?:py|toml))`", page.read_text()
    )
    assert not [path for path in named if not (ROOT / path).exists()]


def commands() -> list[str]:
    """Every command of the command line, with its group."""
    root = get_command(app)
    found = []
    for name, command in root.commands.items():
        inner = getattr(command, "commands", None)
        found += [f"{name} {each}" for each in inner] if inner else [name]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"desirelines {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("action", list(Action))
def test_every_action_of_the_log_is_documented(action: Action) -> None:
    assert f"`{action}`" in (REFERENCE / "audit-log.md").read_text(encoding="utf-8")


def test_every_block_of_toml_in_the_pages_is_toml() -> None:
    for page in PAGES:
        for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
            tomllib.loads(block)


def test_the_shipped_example_has_no_fault() -> None:
    assert load_project(ROOT / "config" / "example" / "project.toml").project.project.synthetic


def test_every_package_of_the_design_is_used() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("config", "anonymise", "linkage", "flows", "tests")
        for path in (ROOT / room).rglob("*.py")
    )
    for package in ("prefect", "polars", "recordlinkage", "cryptography", "great_expectations", "pytest"):
        assert re.search(rf"^\s*(import|from) {package}\b", source, flags=re.MULTILINE), package
