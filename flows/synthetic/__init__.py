"""Six synthetic bodies: a complete project folder of people who do not exist.

Everything follows from the number of people and the seed; no clock is read.
"""

import re
from importlib.resources import files
from pathlib import Path
from typing import Final

from config.errors import SettingsError
from config.load import load_project
from flows.stores import replacing_folder
from flows.synthetic.pieces import write_bodies

MOST_PEOPLE: Final = 10_000_000
LEAST_POPULATION: Final = 1_000
"""The least that a project file may say."""

README: Final = """\
SYNTHETIC DATA - ALL OF IT IS INVENTED

Nobody in these files exists. Names, dates of birth, addresses, NHS numbers, National Insurance numbers
and events were drawn at random. Any likeness to a person, living or dead, is chance. NHS numbers come from
ranges that are kept for tests or not in use, postcodes from areas that do not exist.

  project.toml   the project file
  journey-notes.toml  notes of a service designer, which the report shows beside the figures
  bodies/        what each of the six bodies knows, in its own words
  truth/         who is who: for judging the linkage, never an input to it
"""


def write_example(folder: Path, people: int, seed: int) -> None:
    """Write a complete project of six synthetic bodies: whole or not at all.

    Args:
        folder: does not exist yet or is empty; gets `project.toml`, `bodies/`, `truth/people.csv` (body,
            client_ref, person) and `README.txt`.
        people: from 1 to 10 million.
        seed: from 0. The same people and seed give the same bytes.

    Raises:
        SettingsError: the folder holds something, or a number is out of range.
    """
    faults = []
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        faults.append("expected a folder that does not exist yet or is empty")
    if not 1 <= people <= MOST_PEOPLE:
        faults.append(f"people: expected from 1 to {MOST_PEOPLE:,}")
    if seed < 0:
        faults.append("seed: expected a whole number from 0")
    if faults:
        raise SettingsError(folder.name, faults)
    with replacing_folder(folder) as part:
        project = part / "project.toml"
        shipped = (files("config") / "example" / "project.toml").read_text(encoding="utf-8")
        sized = re.sub(r"(?m)^population = .*$", f"population = {max(people, LEAST_POPULATION)}", shipped)
        project.write_text(sized, encoding="utf-8")
        notes = (files("config") / "example" / "journey-notes.toml").read_text(encoding="utf-8")
        (part / "journey-notes.toml").write_text(notes, encoding="utf-8")
        (part / "README.txt").write_text(README, encoding="utf-8")
        write_bodies(part, load_project(project).project.bodies, people, seed)
