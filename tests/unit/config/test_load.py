from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.load import load_project
from config.terms import ProfileName, TableKind

EXAMPLE = (files("config") / "example" / "project.toml").read_text(encoding="utf-8")

Faults = Callable[..., tuple[str, ...]]


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    """Faults of the example after replacements of text, each of which must occur in it."""

    def explain(*changes: tuple[str, str]) -> tuple[str, ...]:
        text = EXAMPLE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "project.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError) as raised:
            load_project(path)
        return raised.value.faults

    return explain


def line(text: str) -> int:
    """The line of the example that reads so."""
    return EXAMPLE.splitlines().index(text) + 1


def test_the_example_holds_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "project.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    loaded = load_project(path)
    assert (loaded.file, loaded.root, loaded.source) == ("project.toml", tmp_path.resolve(), EXAMPLE.encode())


def test_the_example_uses_strict_tokens_ten_people_and_every_kind_of_table(tmp_path: Path) -> None:
    path = tmp_path / "project.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    project = load_project(path).project
    assert project.project.synthetic
    assert project.encoding.profile is ProfileName.STRICT
    assert project.disclosure.least_people == 10
    assert {table.kind for table in project.tables} == set(TableKind)
    assert project.disclosure.refused_pairs == (("prison", "revenues"),)
    assert len(project.bodies) == 6


@pytest.mark.parametrize("section", ["project", "folders", "keys", "encoding", "linkage", "disclosure"])
def test_settings_of_the_example_are_explained_by_a_remark_right_above(section: str) -> None:
    lines = EXAMPLE.split(f"\n[{section}]\n")[1].split("\n[")[0].splitlines()
    settings = [number for number, each in enumerate(lines) if each and each[0].isalpha()]
    explained = {number for number in settings if lines[number - 1].startswith("#")}
    alone = {lines[number].split(" ")[0] for number in settings if number not in explained}
    assert len(settings) >= 2
    assert alone <= {"range_high"}


def test_faults_of_every_sort_are_reported_at_once_each_with_its_line(faults: Faults) -> None:
    found = faults(
        ("synthetic = true", 'synthetic = "yes"'),
        ('witness = "example-witness"', ""),
        ("least_people = 10", "least_people = 4"),
        ("protection = 5", "protection = 5\nleast_poeple = 4"),
        ('["report_repair", "diagnose"', '["report_repair", "diagnoze"'),
        ('roles = ["output_checker"]', 'roles = ["runner"]'),
    )
    assert found == (
        f"project.synthetic: expected true or false (line {line('synthetic = true')})",
        f"keys.witness: this setting is required (line {line('[keys]')})",
        "journeys.repair.ideal_path: 'diagnoze' is not a word of [words.step] "
        f"(line {line('[journeys.repair]') + 5})",
        f"disclosure.least_people: expected at least 5 (line {line('least_people = 10')})",
        "disclosure.least_poeple: there is no such setting; did you mean 'least_people'? "
        f"(line {line('protection = 5') + 1})",
        "people: expected somebody with the role output_checker beside somebody else with the role runner "
        f"(line {line('[people.governance_runner]') + 1})",
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('period = "2025"', 'period = "25"', "expected a year (2025), a month (2025-06) or a quarter (2025-Q2)"),
        ("population = 10000", "population = 10000.5", "project.population: expected a whole number"),
        ("population = 10000", "population = 999", "project.population: expected at least 1000"),
        ("range_low = 0.80", "range_low = 1.0", "linkage.range_low: expected less than 1"),
        ("range_low = 0.80", "range_low = nan", "linkage.range_low: expected"),
        ("range_low = 0.80", "range_low = 0.97", "expected range_low <= least_probability <= range_high"),
        ('exchange = "exchange"', 'exchange = "../x"', "folders.exchange: expected a path below the project file"),
        ('exchange = "exchange"', 'exchange = "/x"', "folders.exchange: expected a path below the project file"),
        ('exchange = "exchange"', 'exchange = "bodies/x"', "expected a folder apart from that of 'bodies'"),
        ('analysis = "analysis"', 'analysis = "linkage"', "expected a folder apart from that of 'linkage'"),
        ('spine = "example-spine"', 'spine = "example-log"', "keys: expected four different names"),
        ('spine = "example-spine"', 'spine = "Spine key"', "keys.spine: expected lower case letters"),
        ('profile = "strict"', 'profile = "none"', "encoding.profile: expected 'strict' or 'enclave'"),
        ('encoding = "cp1252"', 'encoding = "latin"', "bodies.revenues.encoding: expected 'utf-8'"),
        ('people = ["extracts/people*.csv"]', "people = []", "housing.people: expected 1 or more entries"),
        ('people = ["extracts/people*.csv"]', 'people = "a.csv"', "housing.people: expected a list in [ ]"),
        ("most_quarantined_percent = 2.0", "", "most_quarantined_percent: this setting is required"),
        ('client_ref = "TENANT_NO"', 'client = "TENANT_NO"', "bodies.housing: expected columns of ours"),
        ('TEL = "phone"', 'TEL = "fone"', "bodies.housing.codes.channel: 'fone' is not a word"),
        ('service = "council_tax"', 'service = "tax"', "event_constants.service: 'tax' is not a word"),
        ('service = "council_tax"', 'step = "case_closed"', "event_constants.step: stands in event_columns too"),
        ('"%d/%m/%Y %H:%M"\ntime_zone = "Europe/London"', '"%d"\ntime_zone = "Europe"', "'Europe/London'"),
        ('["EXPORT_BATCH"]', '["UPRN"]', "ignored_columns: 'UPRN' is read as one of our columns too"),
        ('"%d/%m/%Y %H:%M"\ntime_zone = "Europe/London"', '"%d"\ntime_zone = "Here"', "such as 'Europe/London'"),
        ('HOUSING = "housing"', 'HOUSING = "houses"', "to_body: 'houses' is not a word that to_body may hold"),
        ('voluntary = { Y = "true"', 'voluntary = { Y = "yes"', "'yes' is not a word that voluntary may hold"),
        ('start_needs = ["repair_needed"]', "", "at least one of start_services and start_needs"),
        ('start_needs = ["repair_needed"]', 'start_needs = ["a"]', "'a' is not a word of [words.need_code]"),
        ('start_services = ["resettlement"]', 'start_services = ["a"]', "'a' is not a word of [words.service]"),
        ('by = ["service"]', 'by = ["month"]', "by journey_type, segment, service, not by month"),
        ('by = ["service"]', 'by = ["service", "service"]', "tables.5.by: a breakdown stands twice"),
        ('name = "evidence"', 'name = "journeys"', "tables.6.name: 'journeys' stands twice"),
        ('kind = "evidence"', 'kind = "proof"', "tables.6.kind: expected 'journeys'"),
        ('[["prison", "revenues"]]', '[["prison", "police"]]', "refused_pairs: 'police' is not a body"),
        ('[["prison", "revenues"]]', '[["prison", "prison"]]', "refused_pairs: 'prison' is paired with itself"),
        ("least_bodies = 1", "least_bodies = 7", "least_bodies: expected at most the 6 bodies"),
        ('cron = "0 6 1 * *"', 'cron = "monthly"', "schedule.cron: expected five fields"),
        ('1 * *"\ntime_zone = "Europe/London"', '1 * *"\ntime_zone = "X"', "schedule.time_zone: expected a name"),
        ("[encoding]", "[encodings]", "encodings: there is no such setting; did you mean 'encoding'?"),
        ('title = "Journeys across', 'title = 1 #', "project.title: expected text in quotes"),
    ],
)  # fmt: skip
def test_a_fault_says_what_was_expected(faults: Faults, old: str, new: str, expected: str) -> None:
    found = faults((old, new))
    assert any(expected in fault for fault in found)
    assert all("(line " in fault for fault in found if not fault.startswith("encoding: "))


def test_a_fault_in_one_part_does_not_hide_faults_between_the_others(faults: Faults) -> None:
    found = faults(
        ("least_people = 10", 'least_people = "ten"'),
        ('[["prison", "revenues"]]', '[["prison", "police"]]'),
    )
    assert [fault.split(":")[0] for fault in found] == ["disclosure.least_people", "disclosure.refused_pairs"]


def test_a_file_that_is_missing_not_text_or_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        load_project(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="is a folder; give the project file in it"):
        load_project(tmp_path)
    with pytest.raises(SettingsError, match=r"^project file: 1 fault"):
        load_project(Path())
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_project(tmp_path / "loop.toml")
    (tmp_path / "bytes.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(SettingsError, match="is not UTF-8 text at byte 5"):
        load_project(tmp_path / "bytes.toml")
    (tmp_path / "half.toml").write_text("[project\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="is not TOML"):
        load_project(tmp_path / "half.toml")
    for wrong, hint in (
        ("a = 1\na = 2\n", "this setting stands there already"),
        ("[a]\n[a]\n", "this section stands there already"),
        ('a = "b\n', "a quotation mark may be missing"),
    ):
        (tmp_path / "wrong.toml").write_text(wrong, encoding="utf-8")
        with pytest.raises(SettingsError, match=hint):
            load_project(tmp_path / "wrong.toml")
    (tmp_path / "null.toml").write_text("least_people = null\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"line 1, column 16\); text stands in quotes, and nothing"):
        load_project(tmp_path / "null.toml")


def test_a_list_whose_one_entry_is_at_fault_is_said_once(faults: Faults) -> None:
    assert len(faults(('roles = ["auditor"]', 'roles = ["boss"]'))) == 1
    assert "expected 1 or more entries" in faults(('roles = ["auditor"]', "roles = []"))[0]


def test_an_empty_file_lacks_every_required_section(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load_project(tmp_path / "empty.toml")
    sections = {fault.split(":")[0] for fault in raised.value.faults}
    required = {"project", "keys", "bodies", "encoding", "words", "tables", "disclosure", "people", "sign_off"}
    assert sections == required


def test_a_section_that_is_no_table_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "flat.toml").write_text("bodies = 1\ntables = 2\nwords = []\npeople = 'x'\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"bodies: expected a table of settings \(line 1\)"):
        load_project(tmp_path / "flat.toml")
