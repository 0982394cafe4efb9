"""The command line: `desirelines`. Errors become one sentence and an exit code; nothing heavy is imported here."""

import sys

import typer

from config.errors import PipelineError
from config.sealing import sealed
from flows.commands import audit, data, keeping, keys, parties, people, projects, release, runs, sources
from flows.hardening import settle

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cross-agency journeys made visible, and nobody in them identifiable.",
)
for group in (projects, runs, data, sources, keeping, parties):
    app.add_typer(group.app)
app.add_typer(keys.app, name="keys")
app.add_typer(people.app, name="people")
app.add_typer(release.app, name="release")
app.add_typer(audit.app, name="audit")

INTERRUPTED = 130
"""What a shell calls the end by Ctrl+C."""


def main() -> None:
    """Run the command line; every fault ends in one clear error and its exit code."""
    settle()
    try:
        sealed("command line", may_exit=True)(app)()
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
