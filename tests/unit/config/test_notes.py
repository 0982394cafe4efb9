"""Notes of a service designer: what a file may hold, and that nothing of it reaches an error."""

from pathlib import Path

import pytest

from config.errors import SettingsError
from config.load import Loaded, load_project
from config.notes import MOST_BYTES, MOST_LETTERS, read_notes
from flows.notes import digest_of_notes, notes_of

STEPS, JOURNEYS = ("ask", "look"), ("repair", "care")
EXAMPLE = Path(__file__).parents[3] / "config" / "example"


def read(text: str) -> object:
    return read_notes("notes.toml", text, STEPS, JOURNEYS)


def test_notes_come_sorted_and_as_they_are_written() -> None:
    found = read('[repair]\nlook = "<b>Bad & worse</b>"\nask = "Café"\n[care]\n')
    assert found == {"repair": {"ask": "Café", "look": "<b>Bad & worse</b>"}}
    assert list(read('[repair]\nlook = "a"\nask = "b"\n')["repair"]) == ["ask", "look"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[move]\nask = "secret"', "move: there is no such type of journey"),
        ('[repair]\nfix = "secret"', "repair.fix: there is no such step"),
        ('repair = "secret"', "repair: expected a section"),
        ("[repair]\nask = true", "repair.ask: expected text"),
        ('[repair]\nask = " "', "expected some text"),
        ('[repair]\nask = "sec\\u0000ret"', "control"),
        ('[repair]\nask = "sec\\nret"', "control"),
        ('[repair]\nask = "sec\\u202Eret"', "control, invisible"),
        ('[repair]\nask = "sec\\u2028ret"', "line separator"),
        ('[repair]\nask = "secret of 7 people"', "a digit"),
        ('[repair]\nask = "secret of \\u0667 people"', "a digit"),
        (f'[repair]\nask = "{"s" * (MOST_LETTERS + 1)}"', f"at most {MOST_LETTERS}"),
        ("[repair", "is not TOML"),
        ('["re\\u001Bpair"]\nask = "x"', "re?pair"),
    ],
)
def test_what_is_no_note_is_refused_without_being_shown(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(text)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "sss" not in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read('[repair]\nfix = "a"\nask = "1"\n[move]\n')
    assert len(caught.value.faults) == 3


def copied(folder: Path, notes: bytes | None) -> Loaded:
    (folder / "project.toml").write_bytes((EXAMPLE / "project.toml").read_bytes())
    if notes is not None:
        (folder / "journey-notes.toml").write_bytes(notes)
    return load_project(folder / "project.toml")


def test_the_notes_of_the_example_are_read(tmp_path: Path) -> None:
    found = notes_of(copied(tmp_path, (EXAMPLE / "journey-notes.toml").read_bytes()))
    assert "diagnose" in found["repair"]
    digest = digest_of_notes(found)
    assert digest is not None
    assert digest != digest_of_notes({"repair": {"diagnose": "Other words."}})
    assert digest_of_notes({}) is None


@pytest.mark.parametrize(
    ("notes", "said"),
    [(None, "no such file"), (b"\xff", "not UTF-8"), (b"#" * (MOST_BYTES + 1), "larger than")],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, notes: bytes | None, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        notes_of(copied(tmp_path, notes))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    loaded = copied(tmp_path, None)
    (tmp_path / "elsewhere.toml").write_text('[repair]\ndiagnose = "x"\n')
    (tmp_path / "journey-notes.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        notes_of(loaded)
