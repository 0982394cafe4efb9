"""The check in a terminal: verdict and reasons, table by table, and where the page is."""

from pathlib import Path
from typing import Final

from config.errors import DisclosureError
from config.load import load_project
from flows.check.contents import Check, CheckReason, CheckVerdict
from flows.check.keep import PAGE, of_release, read_last, read_release_check
from flows.check.words import ADVICE, VERDICTS, sentence
from flows.layout import layout
from flows.progress import say, table
from flows.release.places import find

LAST: Final = "last"
"""In place of an id: the last attempt, whether anything was staged or not."""


def show_check(project_file: Path, release_id: str) -> str:
    """Verdict and reasons of a release, or of the last attempt; a failed one is shown before the error.

    Raises:
        ReleaseError: unknown release, or its check is missing or altered.
        BundleError: there is no check of a last attempt.
        DisclosureError: the check says fail.
    """
    places = layout(load_project(project_file))
    if release_id == LAST:
        check, page = read_last(places), places.analysis / PAGE
    else:
        release = find(places, release_id)[1]
        check, page = read_release_check(places, release), of_release(places, release) / PAGE
    text = f"{told(check)}\n\nopen {page}"
    if check.verdict is CheckVerdict.FAIL:
        say(text)
        raise DisclosureError("the check for disclosure says fail", _counts(check))
    return text


def told(check: Check) -> str:
    """The check as text."""
    rows = [
        {
            "table": each.name,
            "verdict": VERDICTS[each.verdict].upper(),
            "cells": f"{each.tally.cells:,}",
            "withheld": f"{each.tally.withheld:,}",
            "found": f"{sum(each.found.values()):,}",
        }
        for each in check.tables
    ]
    why = [sentence(each, check) for each in check.reasons]
    why += [f"{each.name}: {sentence(reason, check)}" for each in check.tables for reason in each.reasons]
    about = f"release {check.release}" if check.release else "the last attempt, of which nothing was staged"
    lines = [f"{about}: {VERDICTS[check.verdict].upper()}", ADVICE[check.verdict], "", table(rows)]
    return "\n".join([*lines, *(["", *(f"- {each}" for each in why)] if why else [])])


def _counts(check: Check) -> dict[str, int]:
    """Findings by kind, and reasons that are none of the attack's."""
    counts: dict[str, int] = {}
    for attack in check.attacks:
        for kind, count in attack.found.items():
            if count:
                counts[kind] = counts.get(kind, 0) + count
    for each in check.reasons:
        if each.reason in (CheckReason.CONTRADICTION, CheckReason.GATE):
            counts[str(each.reason)] = 1
    return counts
