import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic.fields import FieldInfo

from anonymise.extract.hierarchies import COARSER
from config.agreement import BREAKDOWNS
from config.fields import PEOPLE_COLUMNS
from config.frames import CLIENT_EVENTS, CLOSED_LISTS, MANDATORY_EVENT_COLUMNS
from config.frozen import Frozen
from config.settings import Project
from config.terms import SensitiveColumn
from flows.check import contents as check_contents
from flows.ingest.events import events
from flows.ingest.limits import LIMITS
from flows.ingest.people import people
from flows.ingest.receipts import Receipt
from flows.ingest.rules import edges, looks
from flows.quality import contents
from tests.support.extracts import project, took
from tests.support.workbooks import workbook

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PROJECT_FILE = (REFERENCE / "project-file.md").read_text(encoding="utf-8")


def models(
    annotation: Any,
) -> list[type[Frozen]]:  # a type, a union or a generic alias: no common type
    """The settings models in an annotation, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return [annotation]
    return [found for each in get_args(annotation) for found in models(each)]


def settings() -> Iterator[tuple[str, str, FieldInfo]]:
    """Every setting of a project file, with the section of the page that must tell of it."""
    for table, holder in Project.model_fields.items():
        (model,) = models(holder.annotation)
        kind = str(holder.annotation)
        name = f"[{table}]" if "tuple" in kind else f"{table}.NAME" if "dict" in kind else table
        for setting, field in model.model_fields.items():
            inner = models(field.annotation)
            if not inner:
                yield f"`[{name}]`", setting, field
            for part in inner:
                assert not any(models(each.annotation) for each in part.model_fields.values())
                yield from ((f"`[{name}.{setting}]`", within, each) for within, each in part.model_fields.items())


def row(section: str, setting: str) -> list[str]:
    """Cells of a setting's row in the page."""
    text = PROJECT_FILE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    (line,) = [
        each for each in text.splitlines() if each.startswith(f"| `{setting}` |") and each.count(" | ") == 3
    ]
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@pytest.mark.parametrize(("section", "setting", "field"), list(settings()))
def test_every_setting_stands_in_the_page_with_its_bounds_and_its_default(
    section: str, setting: str, field: FieldInfo
) -> None:
    _, meaning, allowed, default = row(section, setting)
    assert meaning
    for rule in field.metadata:
        for bound in ("ge", "gt", "le", "lt"):
            if hasattr(rule, bound):
                assert f"{getattr(rule, bound):,}" in allowed
    for word in get_args(field.annotation):
        if isinstance(word, str):
            assert f"`{word}`" in allowed.replace("\\|", "|").replace('tab (`"\\t"`)', "`\t`")
    if field.is_required():
        assert default == "**required**"
    elif field.default in ((), {}, None):
        assert default == "none"
    else:
        shown = ", ".join(map(str, field.default)) if isinstance(field.default, tuple) else field.default
        assert default == f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"


def test_the_page_names_no_setting_that_is_not_there() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|(?:[^|\n]|\\\|)+\|(?:[^|\n]|\\\|)+\|", PROJECT_FILE, flags=re.MULTILINE))
    assert told == {setting for _, setting, _ in settings()}


def test_every_breakdown_of_every_kind_of_table_stands_in_the_page() -> None:
    for kind, allowed in BREAKDOWNS.items():
        (line,) = [each for each in PROJECT_FILE.splitlines() if re.match(rf"\| `{kind}` \| [^|]+ \|$", each)]
        assert set(re.findall(r"`(\w+)`", line)) == {kind, *allowed}


EXTRACTS = (REFERENCE / "extracts.md").read_text(encoding="utf-8")


def refusals() -> list[str]:
    """What each refusal of a file says, … for what is filled in."""
    found = set()
    for path in (ROOT / "flows" / "ingest").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in ("refusal", "ExtractError"):
                said = node.args[0 if name == "refusal" else 2]
                found |= {_template(said)} if isinstance(said, ast.Constant | ast.JoinedStr) else set()
    return sorted(each for each in found if re.search(r"\w", each))


def _template(said: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(said, ast.Constant):
        return str(said.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in said.values)


@pytest.mark.parametrize("refusal", refusals())
def test_every_refusal_of_a_file_stands_in_the_page(refusal: str) -> None:
    assert f"`{refusal}`" in EXTRACTS


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Receipt]:
    """Receipts of files that supply every column, so that every rule is checked."""
    every = tuple(CLIENT_EVENTS.columns)
    files = {"people.csv": ",".join(PEOPLE_COLUMNS) + "\n", "events.csv": ",".join(every) + "\n"}
    return list(took(tmp_path_factory.mktemp("extracts"), dict(files)).receipts)


def test_every_rule_of_a_cell_stands_in_the_page(tmp_path: Path) -> None:
    rows = [["client_ref", "dob", "house"], ["c1", None, "x"]]
    settings = {"number_columns": ["house"]}
    receipt = took(tmp_path, {"people.xlsx": workbook({"P": rows})}, workbook=settings).receipts[0]
    plain = took(tmp_path, {"people.csv": "client_ref,dob,house\nc1,,x\n"}, people=["people.csv"]).receipts[0]
    rules = {rule.split(": ", 1)[1] for rule in set(receipt.checked) - set(plain.checked)}
    told = EXTRACTS.split("\n## What sets a row of a sheet aside\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+)` \|", told, flags=re.MULTILINE)) == rules


def test_every_rule_of_a_row_stands_in_the_page(judged: list[Receipt]) -> None:
    rules = {rule.split(": ", 1)[1] for receipt in judged for rule in receipt.checked}
    told = EXTRACTS.split("\n## What sets a row aside\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+)` \|", told, flags=re.MULTILINE)) == rules


def test_every_flag_stands_in_the_page() -> None:
    settings = project().bodies["housing"]
    own = people(settings, date_format="%d/%m/%Y")
    flags = {
        **events(project(), settings).flagged,
        **people(settings).flagged,
        **own.flagged,
        **looks(["client_ref"]),
        **edges(["client_ref"]),
    }
    told = EXTRACTS.split("\n## What is only counted\n")[1].split("\n## ")[0]
    kinds = {flag.split(": ", 1)[1] for flag in flags}
    assert set(re.findall(r"^\| `([^`]+)` \|", told, flags=re.MULTILINE)) == kinds


@pytest.mark.parametrize("cap", [each.name for each in fields(LIMITS)])
def test_every_cap_stands_in_the_page(cap: str) -> None:
    told = EXTRACTS.split("\n## How large an extract may be\n")[1]
    assert re.search(rf"(?<![\d,]){getattr(LIMITS, cap):,}(?![\d,])", told)


@pytest.mark.parametrize(
    ("heading", "columns", "mandatory"),
    [
        ("People files", PEOPLE_COLUMNS, ("client_ref",)),
        ("Event files", tuple(CLIENT_EVENTS.columns), MANDATORY_EVENT_COLUMNS),
    ],
)
def test_every_column_stands_in_the_page_and_the_mandatory_ones_say_so(
    heading: str, columns: tuple[str, ...], mandatory: tuple[str, ...]
) -> None:
    told = EXTRACTS.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", told, flags=re.MULTILINE)
    assert tuple(name for name, _ in rows) == columns
    assert {name for name, said in rows if "**mandatory**" in said} == set(mandatory)


@pytest.mark.parametrize("column", CLOSED_LISTS)
def test_every_word_of_every_closed_list_stands_in_the_page(column: str) -> None:
    told = EXTRACTS.split("\n## Closed lists of words\n")[1].split("\n## ")[0]
    assert f"| `{column}` | {', '.join(f'`{word}`' for word in CLOSED_LISTS[column])} |" in told.splitlines()


QUALITY = (REFERENCE / "quality-report.md").read_text(encoding="utf-8")
QUALITY_MODELS = [
    each
    for each in vars(contents).values()
    if isinstance(each, type) and issubclass(each, Frozen) and each.__module__ == contents.__name__
]
HEADER = set(contents.Header.model_fields)


@pytest.mark.parametrize("model", QUALITY_MODELS, ids=lambda each: each.__name__)
def test_every_key_of_the_report_on_quality_stands_in_its_page(model: type[Frozen]) -> None:
    told = QUALITY.split(f"\n### `{model.__name__}`\n")[1].split("\n##")[0]
    keys = {
        key
        for cell in re.findall(r"^\| (`.+?) \|", told, flags=re.MULTILINE)
        for key in re.findall(r"`(\w+)`", cell)
    }
    own = set(model.model_fields)
    assert keys == (own if model is contents.Header or not issubclass(model, contents.Header) else own - HEADER)


@pytest.mark.parametrize("level", sorted({str(each) for levels in COARSER.values() for each in levels}))
def test_every_level_of_a_journey_extract_stands_in_the_page(level: str) -> None:
    assert f"`{level}`" in PROJECT_FILE.split("\n## `[extract]`\n")[1]


@pytest.mark.parametrize("column", list(SensitiveColumn))
def test_every_sensitive_column_stands_in_the_page(column: str) -> None:
    assert f"`{column}`" in row("`[extract]`", "sensitive")[2]


CHECK = (REFERENCE / "check.md").read_text(encoding="utf-8")
CHECK_MODELS = [
    each
    for each in vars(check_contents).values()
    if isinstance(each, type) and issubclass(each, Frozen) and each.__module__ == check_contents.__name__
]


@pytest.mark.parametrize("model", CHECK_MODELS, ids=lambda each: each.__name__)
def test_every_key_of_the_check_stands_in_its_page(model: type[Frozen]) -> None:
    told = CHECK.split(f"\n### `{model.__name__}`\n")[1].split("\n##")[0]
    cells = re.findall(r"^\| (`.+?) \|", told, flags=re.MULTILINE)
    assert {key for cell in cells for key in re.findall(r"`(\w+)`", cell)} == set(model.model_fields)


@pytest.mark.parametrize("reason", list(check_contents.CheckReason))
def test_every_reason_of_the_check_stands_in_its_page_with_its_verdict(
    reason: check_contents.CheckReason,
) -> None:
    verdict = "fail" if reason in check_contents.FATAL else "review"
    assert f"\n| `{reason}` | {verdict} | " in CHECK
