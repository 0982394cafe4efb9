"""Commands for a project as a whole: is it sound, an example of one, and a demonstration."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import HERE, Direct, ProjectFile

app = typer.Typer()


@app.command()
def check(project: ProjectFile = HERE) -> None:
    """Explain every fault in a project file at once."""
    from config.load import load_project
    from config.retention import NOT_SAID
    from flows.notes import notes_of

    loaded = load_project(project)
    notes_of(loaded)
    typer.echo(
        f"{loaded.file}: no fault found; {len(loaded.project.bodies)} bodies, "
        f"{len(loaded.project.journeys)} journey types, {len(loaded.project.tables)} tables"
    )
    if loaded.project.retention is None:
        typer.echo(NOT_SAID)


@app.command()
def example(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
    people: Annotated[int, typer.Option(min=1_000, max=5_000_000, help="How many invented people.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 1,
) -> None:
    """Write a complete project of six synthetic bodies, with the truth beside them."""
    from flows.demo import write_project

    write_project(folder, people, seed)
    typer.echo(f"{folder}: a project of six bodies and {people:,} invented people")


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
    people: Annotated[int, typer.Option(min=1_000, max=5_000_000)] = 10_000,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    direct: Direct = False,
) -> None:
    """The main job end to end on synthetic bodies: run, approve, verify, compare with the truth."""
    from flows.demo import run_demo

    run_demo(folder, people, seed, direct=direct)
