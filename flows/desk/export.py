"""The desk as a folder of pages that any browser opens without a network."""

from pathlib import Path

from config.errors import AuditError, DeskError
from flows.desk.contents import Verdict
from flows.desk.evidence import read_evidence
from flows.desk.site import desk_of
from flows.stores import replacing_folder

START = "index.html"


def export_desk(project_file: Path, folder: Path) -> str:
    """Write the pages. They are written also where something does not verify: they show it.

    Args:
        project_file: of the project; nothing in its folder is changed.
        folder: does not exist yet or is empty.

    Raises:
        SettingsError: the project file is missing or has faults.
        DeskError: the folder holds something.
        AuditError: something does not verify. The pages stand and say so.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise DeskError("give a folder that does not exist yet or is empty")
    desk = desk_of(read_evidence(project_file))
    with replacing_folder(folder) as part:
        for name, data in desk.pages.items():
            (part / name).write_bytes(data)
    start = folder / START
    if desk.verdict is Verdict.FAIL:
        raise AuditError(f"{desk.sentence} The pages show it: open {start}")
    return f"{desk.sentence}\n{len(desk.pages)} pages; open {start}"
