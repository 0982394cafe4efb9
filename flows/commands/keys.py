"""Commands for keys."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import HERE, Actor, ProjectOption

KeyArgument = Annotated[
    str, typer.Argument(help="One key of the project file, or record-BODY for a body's own.", metavar="NAME")
]

app = typer.Typer(no_args_is_help=True, help="Make, show, rotate, split, restore, revoke and destroy keys.")


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="One key of the project file; else all that are missing.")] = "",
    project: ProjectOption = HERE,
    actor: Actor = "",
) -> None:
    """Make the keys that the project file names, where they are missing."""
    from flows.custody import make_keys
    from flows.lock import alone

    with alone(project):
        for line in make_keys(project, name, actor):
            typer.echo(line)


@app.command("show")
def show(project: ProjectOption = HERE) -> None:
    """Every key's life: public id, status, period, custodians; never the key."""
    from flows.custody import show_keys

    typer.echo(show_keys(project))


@app.command("rotate")
def rotate(
    name: KeyArgument,
    from_period: Annotated[
        str,
        typer.Option("--from", help="First period that the new key serves, such as 2026-Q3; at once without it."),
    ] = "",
    project: ProjectOption = HERE,
    actor: Actor = "",
) -> None:
    """Put a new key in place of the old one, which is kept aside and serves its own periods."""
    from flows.keys.rotation import rotate_key
    from flows.lock import alone

    with alone(project):
        typer.echo(rotate_key(project, name, actor, from_period))


@app.command("replace-lost")
def replace_lost(name: KeyArgument, project: ProjectOption = HERE, actor: Actor = "") -> None:
    """Put a new signing key in place of a lost one; the other signing key vouches for it in the log."""
    from flows.keys.rotation import replace_lost
    from flows.lock import alone

    with alone(project):
        typer.echo(replace_lost(project, name, actor))


@app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="The key's name; or NAME.ID for one that another took over from.")],
    reason: Annotated[str, typer.Option(help="leaked, lost, superseded or staff_left.")],
    project: ProjectOption = HERE,
    actor: Actor = "",
) -> None:
    """From now on, refuse everything made with a key."""
    from flows.keys.revocation import revoke_key
    from flows.lock import alone

    with alone(project):
        typer.echo(revoke_key(project, name, reason, actor))


@app.command("split")
def split(
    name: KeyArgument,
    threshold: Annotated[int, typer.Option(min=2, max=16, help="How many shares give the key back.")],
    shares: Annotated[int, typer.Option(min=2, max=16, help="How many shares there are.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for one file a share; without it, shares are shown one by one.")
    ] = None,
    custodian: Annotated[
        list[str] | None, typer.Option(help="Whom a share is for; as often as there are shares.")
    ] = None,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Ask for a passphrase beside the shares.")
    ] = False,
    destroy_original: Annotated[
        bool, typer.Option("--destroy-original", help="Destroy the key's file once its shares are proved to work.")
    ] = False,
    project: ProjectOption = HERE,
    actor: Actor = "",
) -> None:
    """Split a key among custodians, so that any few of them together give it back."""
    from flows.keys.sharing import Asked, split_key

    asked = Asked(threshold, shares, tuple(custodian or ()), with_passphrase=passphrase, destroy=destroy_original)
    typer.echo(split_key(project, name, asked, out, actor))


@app.command("restore")
def restore(
    name: KeyArgument,
    shares: Annotated[
        list[Path] | None, typer.Option(help="A share's file; once for each. Without any, shares are typed.")
    ] = None,
    passphrase: Annotated[bool, typer.Option("--passphrase", help="Ask for the passphrase of the split.")] = False,
    project: ProjectOption = HERE,
    actor: Actor = "",
) -> None:
    """Put a key together again from its custodians' shares."""
    from flows.keys.sharing import restore_key

    typer.echo(restore_key(project, name, shares or [], actor, with_passphrase=passphrase))


@app.command("destroy")
def destroy(
    period: Annotated[str, typer.Option(help="The past period, such as 2025-Q1.")],
    project: ProjectOption = HERE,
    actor: Actor = "",
) -> None:
    """Destroy a past period's keys, so that nothing of it can be read, made or compared again."""
    from flows.keys.destruction import destroy_period
    from flows.lock import alone

    with alone(project):
        typer.echo(destroy_period(project, period, actor))
