"""The pages of docs/reference that are made from the code: frames and errors. `make docs` writes them."""

from pathlib import Path

from config import errors, frames, machine_errors
from config.contracts import Contract
from config.errors import PipelineError

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
MADE = "<!-- Made from the code by `make docs`; a test checks that it is current. -->"


def pages() -> dict[str, str]:
    """Every generated page by its file's name."""
    return {"frames.md": frames_page(), "errors.md": errors_page()}


def frames_page() -> str:
    """Each contract of `config.frames`: its columns, key and rules."""
    parts = [
        MADE,
        "",
        "# Frames",
        "",
        "Frames between two stages, in the order they are made (`config/frames.py`).",
    ]
    for contract in vars(frames).values():
        if not isinstance(contract, Contract):
            continue
        parts += ["", f"## {contract.name}", "", "| column | type |", "| --- | --- |"]
        parts += [f"| `{name}` | {kind} |" for name, kind in contract.columns.items()]
        if contract.open:
            parts += ["", "Further columns follow."]
        if contract.key:
            parts += ["", "Key: " + ", ".join(f"`{name}`" for name in contract.key) + "."]
        if contract.rules:
            parts += ["", "Rules: " + "; ".join(contract.rules) + "."]
    return "\n".join(parts) + "\n"


def errors_page() -> str:
    """Each error with its exit code."""
    kinds = sorted(
        (
            each
            for each in (vars(errors) | vars(machine_errors)).values()
            if isinstance(each, type) and issubclass(each, PipelineError)
        ),
        key=lambda each: each.exit_code,
    )
    rows = [
        f"| {each.exit_code} | `{each.__name__}` | {(each.__doc__ or '').strip().splitlines()[0]} |"
        for each in kinds
        if each is not PipelineError
    ]
    head = [
        MADE,
        "",
        "# Errors and exit codes",
        "",
        "A command that ends well has exit code 0; one that was typed wrongly, 2. Otherwise it says one",
        "clear sentence and ends with one of these. No message holds a value from the data. Earlier results",
        "are untouched, and where a run was open the log says which error ended it.",
        "",
        "| code | error | what it means |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
