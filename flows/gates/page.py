"""The arrival gate's page for the governance team: rules, verdicts and counts, no value and no outside address."""

from collections.abc import Sequence
from pathlib import Path

from config.settings import Project
from flows.gates.suite import Verdict
from flows.ingest.receipts import Receipt
from flows.stores import write_bytes


def arrival_page(project: Project, body: str, receipts: Sequence[Receipt], verdict: Verdict) -> str:
    """One self-contained HTML page that opens offline.

    Great Expectations' own Data Docs load styles and scripts from two dozen outside addresses.

    Args:
        project: its title, period, and whether its people are invented.
        body: whose extracts arrived.
        receipts: of all its files.
        verdict: of the gate.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("flows.gates", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    failed = sum(not check.passed for check in verdict.checks)
    return environment.get_template("arrival.html").render(
        project=project, body=project.bodies[body], receipts=receipts, verdict=verdict, failed=failed
    )


def write_arrival_page(
    folder: Path, project: Project, body: str, receipts: Sequence[Receipt], verdict: Verdict
) -> Path:
    """Write the page into the body's own folder; gives its path."""
    path = folder / "docs" / "arrival.html"
    write_bytes(path, arrival_page(project, body, receipts, verdict).encode("utf-8"))
    return path
