"""Commands that do the work of one zone or of all."""

from typing import Annotated

import typer

from flows.commands.options import HERE, Actor, Direct, ProjectFile

app = typer.Typer()


@app.command()
def run(project: ProjectFile, actor: Actor = "", direct: Direct = False) -> None:
    """Every zone in turn, ending in a staged release."""
    from flows.pipeline import run_project

    run_project(project, actor, direct=direct)


@app.command("in-flight")
def in_flight(
    project: ProjectFile,
    as_at: Annotated[
        str, typer.Option("--as-at", help="The moment, such as 2026-11-26T09:00 (UTC); now where it is not said.")
    ] = "",
    actor: Actor = "",
    direct: Direct = False,
) -> None:
    """Open journeys as they stand at a moment, ending in a staged release of their own."""
    from flows.pipeline import run_in_flight

    run_in_flight(project, actor, as_at, direct=direct)


@app.command()
def encode(
    project: ProjectFile,
    body: Annotated[str, typer.Option(help="The body whose zone this is.")],
    actor: Actor = "",
) -> None:
    """In a body's zone: extract to bundles of tokens and events."""
    from flows.pipeline import run_zone

    run_zone(project, "encode", actor, body=body)


@app.command()
def link(project: ProjectFile, actor: Actor = "") -> None:
    """In the linkage zone: bundles of tokens to the spine."""
    from flows.pipeline import run_zone

    run_zone(project, "link", actor)


@app.command()
def journeys(project: ProjectFile, actor: Actor = "") -> None:
    """In the analysis zone: spine and events to tables of cells."""
    from flows.pipeline import run_zone

    run_zone(project, "journeys", actor)


@app.command()
def publish(project: ProjectFile, actor: Actor = "") -> None:
    """In the publication zone: tables to a protected, attacked and staged release."""
    from flows.pipeline import run_zone

    run_zone(project, "publish", actor)


@app.command()
def extract(project: ProjectFile, actor: Actor = "") -> None:
    """In the analysis zone: journeys one by one, generalised, for a safe setting; only if the project asks."""
    from flows.pipeline import run_zone

    run_zone(project, "extract", actor)


ZoneOption = Annotated[str, typer.Option(help="One zone alone: a body's name, linkage, analysis or publication.")]


@app.command()
def serve(project: ProjectFile, zone: ZoneOption = "", actor: Actor = "") -> None:
    """Register the project, or one zone of it, with a Prefect server and run it when due."""
    from flows.serve import serve_project

    serve_project(project, actor, zone)


@app.command()
def deployments(project: ProjectFile, zone: ZoneOption = "", actor: Actor = "") -> None:
    """Write a prefect.yaml: every zone with its schedule, for Prefect's own workers."""
    from flows.prefect_file import write_prefect_file

    typer.echo(write_prefect_file(project, actor, zone))


@app.command()
def quality(project: ProjectFile = HERE) -> None:
    """How good the links are, for those who answer for them: written anew from what link kept."""
    from flows.quality.keep import write_report

    for path in write_report(project):
        typer.echo(path)
