"""Commands for releases."""

from typing import Annotated

import typer

from flows.commands.options import HERE, Actor, PersonKey, ProjectOption, ReleaseId, passphrase_of

app = typer.Typer(no_args_is_help=True, help="Look at releases; approve, refuse or withdraw them.")

Reason = Annotated[str, typer.Option(help="Why; one of a closed list that an unknown word shows.")]


@app.command("list")
def list_all(project: ProjectOption = HERE) -> None:
    """Every release: staged, published, refused and withdrawn, and how many have approved it."""
    from flows.sign_off import list_releases

    typer.echo(list_releases(project))


@app.command("check")
def check(
    release_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="The release's id, or at least its first six characters; or 'last' for the last attempt, also if "
            "nothing was staged.",
        ),
    ],
    project: ProjectOption = HERE,
) -> None:
    """May it go out? Pass, review or fail, table by table, with the reasons."""
    from flows.check.show import show_check

    typer.echo(show_check(project, release_id))


@app.command("approve")
def approve(
    release_id: ReleaseId,
    actor: Actor,
    key_file: PersonKey = None,
    reviewed: Annotated[
        bool,
        typer.Option(
            "--reviewed", help="You looked at what the check calls for a look at, and it is as it should be."
        ),
    ] = False,
    project: ProjectOption = HERE,
) -> None:
    """Sign that a release may go out, and publish it; only by somebody who did not run it."""
    from flows.sign_off import approve_release

    typer.echo(approve_release(project, release_id, actor, key_file, reviewed=reviewed, ask=passphrase_of))


@app.command("refuse")
def refuse(
    release_id: ReleaseId,
    actor: Actor,
    reason: Reason,
    key_file: PersonKey = None,
    project: ProjectOption = HERE,
) -> None:
    """Refuse a staged release for good, with a reason from a list."""
    from flows.sign_off import refuse_release

    typer.echo(refuse_release(project, release_id, actor, reason, key_file, ask=passphrase_of))


@app.command("withdraw")
def withdraw(
    release_id: ReleaseId,
    actor: Actor,
    reason: Reason,
    key_file: PersonKey = None,
    project: ProjectOption = HERE,
) -> None:
    """Take a published release back, with a reason from a list; readers find a notice in its place."""
    from flows.sign_off import withdraw_release

    typer.echo(withdraw_release(project, release_id, actor, reason, key_file, ask=passphrase_of))
