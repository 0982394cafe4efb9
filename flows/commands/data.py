"""Commands for data of one's own: public event logs, and labelled files."""

from pathlib import Path
from typing import Annotated

import typer

from config.terms import Classifier, ProfileName

app = typer.Typer()


@app.command()
def logs(
    name: Annotated[str, typer.Argument(help="One log; else all are listed.", show_default=False)] = "",
    into: Annotated[
        Path | None, typer.Option(help="Write the log's project file into this folder.", show_default=False)
    ] = None,
) -> None:
    """Public event logs of real cases: their DOI and licence, and how to obtain them; nothing is fetched."""
    from flows.logs.catalogue import describe_log, list_logs, write_log_project

    if name and into is not None:
        typer.echo(write_log_project(name, into))
    else:
        typer.echo(describe_log(name) if name else list_logs())


@app.command("from-log")
def from_log(
    file: Annotated[Path, typer.Argument(help="An event log: .xes or .csv, as it is or gzipped.")],
    folder: Annotated[Path, typer.Argument(help="Where events.csv, people.csv and words.toml go.")],
    log: Annotated[str, typer.Option(help="Read it as this log of `desirelines logs` is read.")] = "",
    activity: Annotated[str, typer.Option(help="The attribute that says what happened.")] = "concept:name",
    parts: Annotated[
        int, typer.Option(min=0, help="Keep so many parts of it, cut at underscores; 0 for all.")
    ] = 0,
    only: Annotated[str, typer.Option(help="The one lifecycle transition to keep, such as complete.")] = "",
    keep: Annotated[
        list[str] | None, typer.Option(help="A further attribute to keep; one of a case as case:NAME.")
    ] = None,
    zone: Annotated[str, typer.Option(help="The clock of times without an offset, such as Europe/London.")] = "",
) -> None:
    """An event log to the extracts of one body, its cases standing for clients."""
    from flows.logs.catalogue import reading_of, told
    from flows.logs.convert import Reading, convert

    reading = reading_of(log, Reading(activity, parts, only, tuple(keep or ()), zone))
    typer.echo(told(convert(file, folder, reading)))


@app.command()
def evaluate(
    left: Annotated[Path, typer.Argument(help="CSV file of people.")],
    right: Annotated[Path | None, typer.Argument(help="CSV file of people; none with --dedupe.")] = None,
    truth: Annotated[str, typer.Option(help="Column that is equal where two rows are one person.")] = "",
    mapping: Annotated[
        Path | None, typer.Option("--map", help="TOML file that renames columns: ours = 'theirs'.")
    ] = None,
    profile: Annotated[ProfileName, typer.Option(help="Set of composite tokens.")] = ProfileName.STRICT,
    dedupe: Annotated[bool, typer.Option("--dedupe", help="Link one file with itself.")] = False,
    population: Annotated[
        int, typer.Option(min=1_000, help="People in the area that the files were drawn from.")
    ] = 67_000_000,
    supervised: Annotated[
        Classifier | None, typer.Option(help="Learn weights from half of the labels, and judge by the other half.")
    ] = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
) -> None:
    """Linkage quality on labelled files of your own, through the very same encoding and linkage."""
    from flows.evaluate import evaluate as measure
    from flows.stores import write_bytes

    report = measure(
        left, right, truth=truth, mapping=mapping, profile=profile, dedupe=dedupe, population=population,
        supervised=supervised,
    )  # fmt: skip
    if json is not None:
        write_bytes(json, report.to_json().encode())
    typer.echo(report.to_text())
