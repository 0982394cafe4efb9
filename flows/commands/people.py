"""Commands for the keys that people sign with."""

from typing import Annotated

import typer

from flows.commands.options import HERE, Actor, PersonKey, ProjectOption, passphrase_of

app = typer.Typer(no_args_is_help=True, help="Make, show and revoke the keys that people sign with.")

Person = Annotated[str, typer.Argument(metavar="NAME", help="One of the people in the project file.")]


@app.command("new")
def new(
    person: Person,
    key_file: PersonKey = None,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Ask for a passphrase that the private key is encrypted with.")
    ] = False,
    project: ProjectOption = HERE,
) -> None:
    """Make a person's key, keep its private half outside of the project, and register the public half."""
    from flows.people import new_key

    chosen = ""
    if passphrase:
        chosen = typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True)
    typer.echo(new_key(project, person, key_file, passphrase=chosen, ask=passphrase_of))


@app.command("show")
def show(project: ProjectOption = HERE) -> None:
    """Everybody's roles and the fingerprints of their keys, now and over time."""
    from flows.people import show_people

    typer.echo(show_people(project))


@app.command("revoke")
def revoke(
    person: Person,
    actor: Actor,
    reason: Annotated[str, typer.Option(help="Why; one of a closed list that an unknown word shows.")],
    project: ProjectOption = HERE,
) -> None:
    """Say that a person's key counts no longer; by its owner or a custodian."""
    from flows.people import revoke_key

    typer.echo(revoke_key(project, person, actor, reason))
