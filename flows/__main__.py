"""The command line: `desirelines`. Errors become one sentence and an exit code; nothing heavy is imported here."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from config.errors import PipelineError, sealed
from config.terms import Classifier, ProfileName

ProjectFile = Annotated[Path, typer.Argument(help="The project file.")]
ProjectOption = Annotated[Path, typer.Option("--project", help="The project file.")]
Actor = Annotated[str, typer.Option("--as", help="Who you are: a name from [people] of the project file.")]
Direct = Annotated[bool, typer.Option("--direct", help="Without Prefect: no server, no scheduler.")]
ReleaseId = Annotated[str, typer.Argument(help="The release's id, or at least its first six characters.")]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cross-agency journeys made visible, and nobody in them identifiable.",
)
keys = typer.Typer(no_args_is_help=True, help="Make, show and rotate keys.")
release = typer.Typer(no_args_is_help=True, help="Look at staged releases; approve or refuse them.")
audit = typer.Typer(no_args_is_help=True, help="Verify and read the audit log.")
app.add_typer(keys, name="keys")
app.add_typer(release, name="release")
app.add_typer(audit, name="audit")

HERE = Path("project.toml")
INTERRUPTED = 130
"""What a shell calls the end by Ctrl+C."""


@app.command()
def check(
    project: ProjectFile = HERE,
    release_id: Annotated[
        str,
        typer.Argument(
            metavar="RELEASE",
            help="A release, for its check for disclosure: its id or at least the first six characters, or 'last' "
            "for the last attempt, also if nothing was staged.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Explain every fault in a project file at once; or tell whether a release may go out, and why not."""
    if release_id:
        from flows.check.show import show_check

        typer.echo(show_check(project, release_id))
        return
    from config.load import load_project
    from flows.notes import notes_of

    loaded = load_project(project)
    notes_of(loaded)
    typer.echo(
        f"{loaded.file}: no fault found; {len(loaded.project.bodies)} bodies, "
        f"{len(loaded.project.journeys)} journey types, {len(loaded.project.tables)} tables"
    )


@app.command()
def example(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
    people: Annotated[int, typer.Option(min=1_000, max=5_000_000, help="How many invented people.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 1,
) -> None:
    """Write a complete project of six synthetic bodies, with the truth beside them."""
    from flows.demo import write_project

    write_project(folder, people, seed)
    typer.echo(f"{folder}: a project of six bodies and {people:,} invented people")


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
    people: Annotated[int, typer.Option(min=1_000, max=5_000_000)] = 10_000,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    direct: Direct = False,
) -> None:
    """The main job end to end on synthetic bodies: run, approve, verify, compare with the truth."""
    from flows.demo import run_demo

    run_demo(folder, people, seed, direct=direct)


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
def extract(project: ProjectFile, actor: Actor = "") -> None:
    """In the analysis zone: journeys one by one, generalised, for a safe setting; only where [extract] asks."""
    from flows.pipeline import run_zone

    run_zone(project, "extract", actor)


@app.command()
def publish(project: ProjectFile, actor: Actor = "") -> None:
    """In the publication zone: tables to a protected, attacked and staged release."""
    from flows.pipeline import run_zone

    run_zone(project, "publish", actor)


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
def serve(project: ProjectFile, actor: Actor = "") -> None:
    """Register the project's schedule with a Prefect server and run it when due."""
    from flows.serve import serve_project

    serve_project(project, actor)


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


@app.command()
def quality(project: ProjectFile = HERE) -> None:
    """How good the links are, for those who answer for them: written anew from what link kept."""
    from flows.quality.keep import write_report

    for path in write_report(project):
        typer.echo(path)


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


@keys.command("new")
def keys_new(
    name: Annotated[str, typer.Argument(help="One key of the project file; else all that are missing.")] = "",
    project: ProjectOption = HERE,
    actor: Actor = "",
) -> None:
    """Make the keys that the project file names, where they are missing."""
    from flows.custody import make_keys

    for line in make_keys(project, name, actor):
        typer.echo(line)


@keys.command("show")
def keys_show(project: ProjectOption = HERE) -> None:
    """Each key's public id, never the key."""
    from flows.custody import show_keys

    typer.echo(show_keys(project))


@keys.command("rotate")
def keys_rotate(name: str, project: ProjectOption = HERE, actor: Actor = "") -> None:
    """Put a new linkage or spine key in place of the old one, which is kept aside."""
    from flows.custody import rotate_key

    typer.echo(rotate_key(project, name, actor))


@release.command("list")
def release_list(project: ProjectOption = HERE) -> None:
    """Every release: staged, published and refused."""
    from flows.sign_off import list_releases

    typer.echo(list_releases(project))


@release.command("approve")
def release_approve(release_id: ReleaseId, actor: Actor, project: ProjectOption = HERE) -> None:
    """Publish a staged release; only by somebody who did not run it."""
    from flows.sign_off import approve_release

    typer.echo(approve_release(project, release_id, actor))


@release.command("refuse")
def release_refuse(
    release_id: ReleaseId,
    actor: Actor,
    reason: Annotated[str, typer.Option(help="Why; one of a closed list that an unknown word shows.")],
    project: ProjectOption = HERE,
) -> None:
    """Refuse a staged release, with a reason from a list."""
    from flows.sign_off import refuse_release

    typer.echo(refuse_release(project, release_id, actor, reason))


@audit.command("verify")
def audit_verify(project: ProjectOption = HERE) -> None:
    """Prove that the log is whole, unchanged and witnessed."""
    from flows.inspect_log import verify_log

    typer.echo(verify_log(project))


@audit.command("show")
def audit_show(project: ProjectOption = HERE) -> None:
    """The log as a table."""
    from flows.inspect_log import show_log

    typer.echo(show_log(project))


@audit.command("explain")
def audit_explain(release_id: ReleaseId, project: ProjectOption = HERE) -> None:
    """Walk from a published release back to each input's digest."""
    from flows.inspect_log import explain_release

    typer.echo(explain_release(project, release_id))


def main() -> None:
    """Run the command line; every fault ends in one clear error and its exit code."""
    os.umask(0o027)
    try:
        sealed("command line")(app)()
    except PipelineError as error:
        sys.stderr.write(f"desirelines: {error}\n")
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            sys.stderr.write(
                "desirelines: interrupted; earlier results are untouched, and a run may start again\n"
            )
        raise


if __name__ == "__main__":
    main()
