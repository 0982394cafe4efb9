"""Commands that end the keeping of things: a client on request, and what has been kept for long enough."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import Actor, ProjectFile

app = typer.Typer()


@app.command()
def erase(
    project: ProjectFile,
    body: Annotated[str, typer.Option(help="The body whose clients are to be erased; run this in its zone.")],
    refs: Annotated[
        str,
        typer.Option(
            help="A file with one client reference a line that only you can read (mode 600), or - to type them."
        ),
    ] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Let these clients in again.")] = False,
    unknown_too: Annotated[
        bool, typer.Option("--unknown-too", help="Keep references out that no client here has, as well.")
    ] = False,
    anew: Annotated[
        bool,
        typer.Option("--anew", help="The list of erased clients is lost; these are all who were ever erased."),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="The body leaves: all that desirelines has of it here.")
    ] = False,
    actor: Actor = "",
) -> None:
    """In a body's zone: erase clients on request; they are gone everywhere with the next run."""
    from flows.erasure.erase import Request, erase_body, erase_clients
    from flows.erasure.refs import read_refs, typed_refs

    if everything == bool(refs) or (everything and (unknown_too or anew)) or (lift and (unknown_too or anew)):
        raise typer.BadParameter("expected --refs FILE or --all, and beside --all or --lift no other option")
    if everything:
        lines = erase_body(project, body, actor, lift=lift)
    else:
        if refs == "-" and sys.stdin.isatty():
            typer.echo("one client reference a line; Ctrl+D ends", err=True)
        named = typed_refs(body, sys.stdin.buffer) if refs == "-" else read_refs(body, Path(refs))
        lines = erase_clients(project, Request(body, named, lift, unknown_too, anew), actor)
        if refs != "-":
            lines.append("the file of references names clients: delete it now")
    for line in lines:
        typer.echo(line)


@app.command()
def retain(
    project: ProjectFile,
    zone: Annotated[
        str,
        typer.Option(help="One zone alone: bodies, exchange, linkage, analysis, publication or scheduler."),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be deleted.")] = False,
    today: Annotated[
        str, typer.Option(help="Today's date, such as 2026-11-26, where the log has been silent for long.")
    ] = "",
    actor: Actor = "",
) -> None:
    """Delete what has been kept for as long as the project file says."""
    from flows.retention.retain import retain as delete

    for line in delete(project, actor, zone=zone, dry_run=dry_run, today=today):
        typer.echo(line)
