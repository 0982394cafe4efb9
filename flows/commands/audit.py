"""Commands for auditors."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import HERE, ProjectOption, ReleaseId

app = typer.Typer(no_args_is_help=True, help="Verify and read the audit log.")


@app.command("verify")
def verify(project: ProjectOption = HERE) -> None:
    """Prove that the log is whole, unchanged and witnessed."""
    from flows.inspect_log import verify_log

    typer.echo(verify_log(project))


@app.command("show")
def show(project: ProjectOption = HERE) -> None:
    """The log as a table."""
    from flows.inspect_log import show_log

    typer.echo(show_log(project))


@app.command("explain")
def explain(release_id: ReleaseId, project: ProjectOption = HERE) -> None:
    """Walk from a published release back to each input's digest."""
    from flows.inspect_log import explain_release

    typer.echo(explain_release(project, release_id))


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where the pages go: a folder that is new or empty.")],
    project: ProjectOption = HERE,
) -> None:
    """Verify everything and write it as pages that any browser opens: the auditor's desk."""
    from flows.desk.export import export_desk

    typer.echo(export_desk(project, folder))


@app.command("serve")
def serve(
    project: ProjectOption = HERE,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Of this machine; 0 for any that is free.")] = 8_740,
) -> None:
    """Show the same pages on this machine alone, verified anew whenever the log changes."""
    from flows.desk.server import serve_desk

    serve_desk(project, port)
