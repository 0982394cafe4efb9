"""Every hostile input, of every kind."""

from collections.abc import Mapping, Sequence

from tests.hostile import archives, bundles, event_logs, extracts, keys, logs, project_files, workbooks
from tests.hostile.case import Case

KINDS: Mapping[str, Sequence[Case]] = {
    "extracts": [*extracts.FILES, *extracts.ROWS, *archives.CASES, *workbooks.CASES],
    "bundles and sealed files": bundles.CASES,
    "project files": project_files.CASES,
    "logs": logs.CASES,
    "keys, shares and approvals": keys.CASES,
    "event logs": event_logs.CASES,
}
CASES: tuple[Case, ...] = tuple(case for kind in KINDS.values() for case in kind)
