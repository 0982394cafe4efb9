"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer


def guarded(project_file: Path) -> Path:
    """The project file, once it is known that no other user of the machine can get at what is the project's."""
    from config.load import load_project
    from flows.hardening.modes import require_private

    require_private(load_project(project_file))
    return project_file


ProjectFile = Annotated[Path, typer.Argument(help="The project file.", callback=guarded, readable=False)]
ProjectOption = Annotated[
    Path, typer.Option("--project", help="The project file.", callback=guarded, readable=False)
]
Actor = Annotated[str, typer.Option("--as", help="Who you are: one of the people in the project file.")]
Direct = Annotated[bool, typer.Option("--direct", help="Without Prefect: no server, no scheduler.")]
ReleaseId = Annotated[str, typer.Argument(help="The release's id, or at least its first six characters.")]

PersonKey = Annotated[
    Path | None,
    typer.Option(
        "--key-file", help="Your private key, if it is not where `people new` puts it.", show_default=False
    ),
]

HERE = Path("project.toml")


def passphrase_of(key: str) -> str:
    """Asked for at the terminal, never shown, and never taken from the command line."""
    return str(typer.prompt(f"Passphrase of key '{key}'", hide_input=True))
