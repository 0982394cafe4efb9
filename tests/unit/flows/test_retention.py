import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.errors import RetentionError, SettingsError
from config.load import load_project
from config.retention import RetentionSettings
from flows.audit import release_facts
from flows.audit.entry import Entry
from flows.audit.facts import run_closed
from flows.layout import layout
from flows.retention.clock import believe
from flows.retention.files import EXPIRED, hidden_in, look, names_in, remove
from flows.retention.kinds import items
from flows.retention.retain import due
from tests.support.audit_story import approved

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[3] / "config" / "example" / "project.toml"


def entry(at: datetime) -> Entry:
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Entry(1, "0" * 64, stamp, "ann", "run", "run-1", "run-1", run_closed(), "0.1.0", "a" * 64)


@pytest.mark.parametrize(
    ("last", "confirmed", "refused"),
    [
        (timedelta(days=-1), "", False),
        (timedelta(days=-62), "", False),
        (timedelta(days=-63), "", True),
        (timedelta(days=-63), "2026-11-26", False),
        (timedelta(days=-63), "2026-11-25", True),
        (timedelta(days=-1), "2026-11-25", True),
        (timedelta(minutes=1), "", True),
        (timedelta(minutes=1), "2026-11-26", True),
    ],
)
def test_a_clock_that_the_log_contradicts_is_not_believed(last: timedelta, confirmed: str, refused: bool) -> None:
    if refused:
        with pytest.raises(RetentionError, match="nothing was deleted"):
            believe(NOW, [entry(NOW + last)], most_silent_days=62, confirmed=confirmed)
    else:
        believe(NOW, [entry(NOW + last)], most_silent_days=62, confirmed=confirmed)


def test_a_log_without_entries_vouches_for_no_clock() -> None:
    with pytest.raises(RetentionError, match="--today 2026-11-26"):
        believe(NOW, [], most_silent_days=366, confirmed="")


def test_a_later_entry_counts_also_where_the_clock_went_back_after_it() -> None:
    with pytest.raises(RetentionError, match="set the clock"):
        believe(NOW, [entry(NOW + timedelta(days=1)), entry(NOW)], most_silent_days=62, confirmed="")


def test_no_link_is_followed_and_nothing_outside_is_touched(tmp_path: Path) -> None:
    outside, zone = tmp_path / "outside", tmp_path / "zone"
    for folder in (outside, zone, zone / "bundle"):
        folder.mkdir()
    (outside / "kept").write_text("x")
    (zone / "link").symlink_to(outside)
    (zone / "file").symlink_to(outside / "kept")
    (zone / "bundle" / "inner").symlink_to(outside)
    for parts in (("link",), ("link", "kept"), ("file",), ("absent",), ("absent", "too")):
        assert look(zone, parts) is None
        remove(zone, parts)
    assert names_in(zone, ("link",)) == []
    held = look(zone, ("bundle",))
    assert held is not None
    remove(zone, ("bundle",))
    assert not (zone / "bundle").exists()
    assert (outside / "kept").read_text() == "x"


def test_a_folder_is_as_old_as_the_youngest_file_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    for name, written in (("old", 100), ("young", 2_000_000_000)):
        (folder / name).write_bytes(b"ab")
        os.utime(folder / name, (written, written))
    os.utime(folder, (100, 100))
    held = look(tmp_path, ("bundle",))
    assert held is not None
    assert (held.files, held.size, held.written) == (2, 4, 2_000_000_000)


def test_a_half_removed_folder_has_lost_its_name_and_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    (tmp_path / "deep" / "bundle").mkdir(parents=True)
    (tmp_path / "deep" / "bundle" / "file").write_text("x")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            remove(tmp_path, ("deep", "bundle"))
    assert not (tmp_path / "deep" / "bundle").exists()
    (left,) = hidden_in(tmp_path, EXPIRED)
    remove(tmp_path, left)
    assert list((tmp_path / "deep").iterdir()) == []


def project(root: Path, change: tuple[str, str] = ("", "")) -> Path:
    root.mkdir(exist_ok=True)
    path = root / "project.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change) if change[0] else text, encoding="utf-8")
    return path


def placed(root: Path, name: str, days: float) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    written = (NOW - timedelta(days=days)).timestamp()
    for each in (path, path.parent):
        os.utime(each, (written, written))


def going(path: Path, zone: str = "") -> set[tuple[str, str, str]]:
    loaded = load_project(path)
    settings = loaded.project.retention
    assert settings is not None
    found = due(loaded, settings, (), zone, NOW)
    return {(each.item.owner, each.item.kind, "/".join(each.item.parts)) for each in found}


OLD = (
    (
        "housing",
        "quarantine",
        "bodies/housing/quarantine/people.csv.0123.parquet",
        "quarantine/people.csv.0123.parquet",
    ),
    ("housing", "arrival", "bodies/housing/docs/arrival.html", "docs/arrival.html"),
    ("housing", "map", "bodies/housing/map.parquet", "map.parquet"),
    ("exchange", "tokens", "exchange/tokens/housing/tokens.parquet", "tokens/housing"),
    ("exchange", "tokens", "exchange/tokens/a_body_that_left/tokens.parquet", "tokens/a_body_that_left"),
    ("exchange", "events", "exchange/events/prison/events.parquet", "events/prison"),
    ("exchange", "spine", "exchange/spine/all/spine.parquet", "spine/all"),
    ("linkage", "persons", "linkage/persons.parquet", "persons.parquet"),
    ("linkage", "persons", "linkage/kept/rows.parquet", "kept"),
    ("analysis", "tables", "analysis/tables/tables.json", "tables"),
    ("analysis", "open_journeys", "analysis/in_flight/tables.json", "in_flight"),
    ("analysis", "journey_extract", "analysis/extract/journeys.parquet", "extract"),
    ("publication", "staged", "releases/staged/0123456789abcdef/report.html", "staged/0123456789abcdef"),
    ("publication", "refused", "releases/refused/1123456789abcdef/report.html", "refused/1123456789abcdef"),
    ("publication", "checks", "releases/checks/2123456789abcdef/check.json", "checks/2123456789abcdef"),
    ("analysis", "unfinished", "analysis/.tables.a1b2.part", ".tables.a1b2.part"),
    ("scheduler", "scheduler", ".prefect/prefect.db", ".prefect"),
)
NEVER = (
    "log/audit.jsonl", "log/checkpoint.json", "keys/example-log.key", "bodies/housing/record.key",
    "bodies/housing/erasure.json", "bodies/housing/anchor.json", "bodies/housing/extracts/people.csv",
    "releases/published/3123456789abcdef/report.html", "releases/checks/0123456789abcdef/check.json",
    "releases/checks/3123456789abcdef/check.json", "linkage/quality/2025.json", "linkage/something_else.txt",
)  # fmt: skip


def test_every_kind_goes_when_its_days_are_over_and_nothing_else_ever_does(tmp_path: Path) -> None:
    path = project(tmp_path)
    for _, _, name, _ in OLD:
        placed(tmp_path, name, 1_000)
    for name in NEVER:
        placed(tmp_path, name, 1_000)
    assert going(path) == {(owner, kind, parts) for owner, kind, _, parts in OLD}
    assert going(path, "linkage") == {each for each in going(path) if each[0] == "linkage"}
    for _, _, name, _ in OLD:
        placed(tmp_path, name, 1)
    assert not going(path)
    for _, _, name, _ in OLD:
        placed(tmp_path, name, -1_000)
    assert not going(path), "what is dated in the future is not old"


def test_extracts_go_only_where_the_project_file_allows_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="may_delete_extracts"):
        load_project(project(tmp_path, ('extracts = "keep"', 'extracts = "30 days"')))
    path = project(
        tmp_path,
        ('extracts = "keep"\nmay_delete_extracts = false', 'extracts = "30 days"\nmay_delete_extracts = true'),
    )
    placed(tmp_path, "bodies/housing/extracts/people.csv", 31)
    placed(tmp_path, "bodies/housing/extracts/notes.txt", 31)
    assert going(path) == {("housing", "extracts", "extracts/people.csv")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('map = "400 days"', 'map = "400"'), "expected 'keep', or a number of days"),
        (('map = "400 days"\n', ""), "this setting is required"),
        (('map = "400 days"', 'map = "0 days"'), "expected 'keep', or a number of days"),
        (("most_silent_days = 62", "most_silent_days = 0"), "expected at least 1"),
        (('cron = "0 3 * * *"', 'cron = "0 3 *"'), "expected five fields"),
    ],
)
def test_faults_of_the_section_are_explained(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_project(project(tmp_path, change))


def test_every_kind_of_the_section_is_looked_for(tmp_path: Path) -> None:
    for _, _, name, _ in OLD:
        placed(tmp_path, name, 1)
    for name in NEVER:
        placed(tmp_path, name, 1)
    loaded = load_project(project(tmp_path))
    kinds = {name for name in RetentionSettings.model_fields if name not in ("may_delete_extracts", "cron")}
    kinds.discard("most_silent_days")
    assert {item.kind for item in items(loaded, layout(loaded), ())} == kinds


def test_a_release_that_is_approved_and_on_its_way_out_stays(tmp_path: Path) -> None:
    name, digest = "0123456789abcdef", "b" * 64
    loaded = load_project(project(tmp_path))
    placed(tmp_path, f"releases/staged/{name}/report.html", 1_000)
    settings = loaded.project.retention
    assert settings is not None
    facts = [
        release_facts.staged(release=name, tables=digest, manifest=digest, approvers=1),
        approved(name, digest, "bob"),
        release_facts.staged(release=name, tables=digest, manifest="c" * 64, approvers=1),
    ]
    told = [
        Entry(n, "0" * 64, "2026-11-01T00:00:00Z", "bob", "publication", "run-1", name, each, "0.1.0", "a" * 64)
        for n, each in enumerate(facts, 1)
    ]
    found = [[each.item.kind for each in due(loaded, settings, told[:n], "", NOW)] for n in (1, 2, 3)]
    assert found == [["staged"], [], ["staged"]]
