"""Commands for keys."""

from typing import Annotated

import typer

from flows.commands.options import HERE, Actor, ProjectOption

app = typer.Typer(no_args_is_help=True, help="Make, show and rotate keys.")


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="One key of the project file; else all that are missing.")] = "",
    project: ProjectOption = HERE,
    actor: Actor = "",
) -> None:
    """Make the keys that the project file names, where they are missing."""
    from flows.custody import make_keys

    for line in make_keys(project, name, actor):
        typer.echo(line)


@app.command("show")
def show(project: ProjectOption = HERE) -> None:
    """Each key's public id, never the key."""
    from flows.custody import show_keys

    typer.echo(show_keys(project))


@app.command("rotate")
def rotate(name: str, project: ProjectOption = HERE, actor: Actor = "") -> None:
    """Put a new linkage or spine key in place of the old one, which is kept aside."""
    from flows.custody import rotate_key
    from flows.lock import alone

    # A key that changed in the middle of a run would make tokens that agree with none.
    with alone(project):
        typer.echo(rotate_key(project, name, actor))
