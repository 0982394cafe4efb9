"""The check on disk: of the last attempt beside its decisions, and of each staged release beside its files."""

import hashlib
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from config.errors import BundleError, ReleaseError
from flows.check.contents import Check, CheckVerdict
from flows.check.page import render_check
from flows.layout import Layout
from flows.report.labels import Labels
from flows.stores import digest_of, replacing_folder, write_bytes

FOLDER: Final = "checks"
PAGE: Final = "check.html"
FIGURES: Final = "check.json"


def keep_last(places: Layout, check: Check, labels: Labels) -> Path:
    """Write the check of an attempt, successful or not, into the analysis zone; gives the page's path."""
    for name, data in _files(check, labels).items():
        write_bytes(places.analysis / name, data)
    return places.analysis / PAGE


def forget_last(places: Layout) -> None:
    """Remove the check of the attempt before, so that it is not taken for that of an attempt that broke off."""
    for name in (FIGURES, PAGE):
        (places.analysis / name).unlink(missing_ok=True)


def keep_release(places: Layout, check: Check, labels: Labels) -> Path:
    """Write the check of a staged release beside it; gives the page's path.

    It is no part of the release, whose folder is named by its content and handed to analysts as it is.
    """
    folder = of_release(places, str(check.release))
    with replacing_folder(folder) as part:
        for name, data in _files(check, labels).items():
            (part / name).write_bytes(data)
    return folder / PAGE


def of_release(places: Layout, release: str) -> Path:
    """The folder of a release's check, whether it is there or not."""
    return places.releases / FOLDER / release


def read_release_check(places: Layout, release: str) -> Check:
    """The check of a release.

    Raises:
        ReleaseError: missing, malformed, altered, or of another release.
    """
    folder = of_release(places, release)
    try:
        check = _read(folder)
    except OSError:
        raise ReleaseError(release, "has no check for disclosure; stage it again") from None
    except ValidationError as fault:
        raise ReleaseError(
            release, f"has a malformed check for disclosure ({fault.error_count()} faults); stage it again"
        ) from None
    if check is None:
        raise ReleaseError(release, "has a check for disclosure that was altered; stage it again")
    if check.release != release:
        raise ReleaseError(release, "has the check for disclosure of another release; stage it again")
    return check


def require(places: Layout, release: str, manifest_digest: str) -> Check:
    """The check without which a release may not be approved.

    Args:
        places: of the project.
        release: its id.
        manifest_digest: SHA-256 of its manifest as it stands now, in hex.

    Raises:
        ReleaseError: there is none, it is of another manifest, or it says fail.
    """
    check = read_release_check(places, release)
    if check.manifest != manifest_digest:
        raise ReleaseError(release, "has a check for disclosure of another manifest; stage it again")
    if check.verdict is CheckVerdict.FAIL:
        raise ReleaseError(release, "failed its check for disclosure")
    return check


def read_last(places: Layout) -> Check:
    """The check of the last attempt.

    Raises:
        BundleError: missing, malformed or altered.
    """
    name = f"{places.analysis.name}/{FIGURES}"
    try:
        check = _read(places.analysis)
    except OSError:
        raise BundleError(name, "is not there or cannot be read; no attempt came as far as the attack") from None
    except ValidationError as fault:
        raise BundleError(name, f"is malformed ({fault.error_count()} faults)") from None
    if check is None:
        raise BundleError(name, "does not belong to the page beside it")
    return check


def _files(check: Check, labels: Labels) -> dict[str, bytes]:
    """Both files; the figures hold the page's digest, so that neither is changed without the other."""
    page = render_check(check, labels).encode()
    figures = check.model_copy(update={"page": hashlib.sha256(page).hexdigest()})
    return {PAGE: page, FIGURES: (figures.model_dump_json(indent=1) + "\n").encode()}


def _read(folder: Path) -> Check | None:
    """The check of a folder; None if its page is another than it was written with."""
    check = Check.model_validate_json((folder / FIGURES).read_bytes())
    return check if check.page == digest_of(folder / PAGE) else None
