"""Commands for the files and tables that a body has."""

from pathlib import Path
from typing import Annotated

import typer

from config.terms import ExtractKind
from flows.commands.options import HERE, ProjectOption

app = typer.Typer()


@app.command()
def profile(
    file: Annotated[
        str, typer.Argument(help="CSV, .csv.gz, .zip, .xlsx or Parquet; or postgresql:schema.table with --body.")
    ],
    body: Annotated[str, typer.Option(help="Whose it is: a body of the project file.")] = "",
    project: ProjectOption = HERE,
    holds: Annotated[
        ExtractKind | None, typer.Option(help="What it holds; else it is guessed.", show_default=False)
    ] = None,
    header_line: Annotated[int, typer.Option(min=1, max=100, help="The line of the column names.")] = 1,
    codes: Annotated[
        Path | None,
        typer.Option(help="Write the codes of coded columns here, in the extract's folder.", show_default=False),
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Show unusual column names too; be sure that there is a header.")
    ] = False,
) -> None:
    """Describe a file or table without any value of it, and propose a mapping for the project file."""
    from flows.profile.show import show_profile

    typer.echo(
        show_profile(
            file, project=project, body=body, kind=holds, header_line=header_line, codes=codes, names=names
        )
    )
