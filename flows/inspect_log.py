"""What an auditor asks of the log, with nothing but the log, the checkpoints and the public keys."""

from pathlib import Path

from config.errors import AuditError
from config.load import load_project
from flows.audit.chain import Verified
from flows.audit.checkpoint import PublicKeys
from flows.audit.explain import explain
from flows.audit.held import verify_folder
from flows.audit.order import Order, replayed
from flows.audit.register import Register
from flows.audit.show import render
from flows.audit.signing import load_public_key
from flows.context import anchors
from flows.hand_over.own_turn import compared
from flows.layout import Layout, layout
from flows.release.places import State, find, place


def verify_log(project_file: Path) -> str:
    """One line that says the log verifies.

    Raises:
        AuditError: it does not; the message says where.
    """
    loaded, log = load_project(project_file), _verified(project_file)[1]
    undone = [f"{name} ({problem})" for name, problem, _ in compared(loaded, log.passed) if problem]
    return log.sentence + (f" Keys not held against the project file: {'; '.join(undone)}." if undone else "")


def show_log(project_file: Path) -> str:
    """Every entry of the log, verified first, as a table."""
    return render(_verified(project_file)[1].entries)


def explain_release(project_file: Path, release_id: str) -> str:
    """From a published release back to each input.

    Raises:
        AuditError: a step is missing, or a file is not the one that was approved.
        ReleaseError: there is no such release.
    """
    places, log = _verified(project_file)
    state, release = find(places, release_id)
    if state is State.WITHDRAWN:
        raise AuditError("the release was withdrawn")
    if state is not State.PUBLISHED:
        raise AuditError("the release is not published")
    return explain(release, log, place(places, state, release)).to_text()


def order_of(project_file: Path) -> Order:
    """What the verified log allows next, with who approved what.

    Raises:
        AuditError: there is no log, or it does not verify.
    """
    return replayed(_verified(project_file)[1].entries)


def register_of(project_file: Path) -> Register:
    """Which key is whose, as the verified log tells.

    Raises:
        AuditError: there is no log, or it does not verify.
    """
    return order_of(project_file).register


def _verified(project_file: Path) -> tuple[Layout, Verified]:
    loaded = load_project(project_file)
    places, names = layout(loaded), loaded.project.keys
    keys = PublicKeys(load_public_key(places.keys, names.log), load_public_key(places.keys, names.witness))
    log = verify_folder(places.log, anchors(loaded, places), keys)
    for _, problem, is_held in compared(loaded, log.passed):
        if problem and is_held:
            raise AuditError(problem)
    return places, log
