"""Commands for releases."""

from typing import Annotated

import typer

from flows.commands.options import HERE, Actor, ProjectOption, ReleaseId

app = typer.Typer(no_args_is_help=True, help="Look at staged releases; approve or refuse them.")


@app.command("list")
def list_all(project: ProjectOption = HERE) -> None:
    """Every release: staged, published and refused."""
    from flows.sign_off import list_releases

    typer.echo(list_releases(project))


@app.command("approve")
def approve(release_id: ReleaseId, actor: Actor, project: ProjectOption = HERE) -> None:
    """Publish a staged release; only by somebody who did not run it."""
    from flows.sign_off import approve_release

    typer.echo(approve_release(project, release_id, actor))


@app.command("refuse")
def refuse(
    release_id: ReleaseId,
    actor: Actor,
    reason: Annotated[str, typer.Option(help="Why; one of a closed list that an unknown word shows.")],
    project: ProjectOption = HERE,
) -> None:
    """Refuse a staged release, with a reason from a list."""
    from flows.sign_off import refuse_release

    typer.echo(refuse_release(project, release_id, actor, reason))
