"""Commands of zones that stand apart: keys of parties, handing over and taking over."""

from typing import Annotated

import typer

from flows.commands.options import HERE, Actor, ProjectFile, ProjectOption

app = typer.Typer()
parties = typer.Typer(no_args_is_help=True, help="Make and compare the keys of those who hand over to each other.")
app.add_typer(parties, name="parties")


@app.command("hand-over")
def hand_over(
    project: ProjectFile = HERE,
    sender: Annotated[
        str, typer.Option("--from", help="The party that you are; left out: whose key lies here.")
    ] = "",
    to: Annotated[str, typer.Option("--to", help="Who has the next turn; left out: the next in the order.")] = "",
    actor: Actor = "",
) -> None:
    """Sign and seal what this party owes to others, and hand the log on."""
    from flows.hand_over.turn import hand_over

    for line in hand_over(project, sender, to, actor):
        typer.echo(line)


@app.command("take-over")
def take_over(
    project: ProjectFile = HERE,
    receiver: Annotated[
        str, typer.Option("--to", help="The party that you are; left out: whose key lies here.")
    ] = "",
    actor: Actor = "",
) -> None:
    """Verify, open and put in place what was handed to this party: the log, then its bundles."""
    from flows.hand_over.turn import take_over

    for line in take_over(project, receiver, actor):
        typer.echo(line)


@parties.command("new")
def new(
    name: Annotated[str, typer.Argument(help="A party of [hand_over.parties].")], project: ProjectOption = HERE
) -> None:
    """Make a party's keys: the private half in keys/, the public half in parties/."""
    from flows.hand_over.show import make_party

    typer.echo(make_party(project, name))


@parties.command("show")
def show(project: ProjectOption = HERE) -> None:
    """The fingerprint of each public half, to compare by telephone with its owner."""
    from flows.hand_over.show import show_parties

    typer.echo(show_parties(project))
