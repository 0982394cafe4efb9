"""Commands for auditors."""

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
