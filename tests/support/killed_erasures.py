"""Kill what erases or deletes wherever it writes, give it again, and compare how it ends: one child a try.

Run as a program. Every try is a fork of one process that has done no work of its own, so that no start-up is paid
twice, and the end is that of kill -9: nothing is tidied up.
"""

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import flows.pipeline
import flows.zones.body  # noqa: F401 - loaded before the first fork
from flows.audit.entry import Entry
from flows.audit.log import AuditLog
from flows.erasure.erase import Request, erase_body, erase_clients
from flows.retention.retain import retain

BODY = "prison"
KILLED = 137
WRITES = ("replace", "rename", "unlink", "fsync", "link", "rmdir")


def work(root: Path, kind: str, refs: tuple[str, ...]) -> None:
    if kind == "retain":
        retain(root / "project.toml", "")
    elif kind == "all":
        erase_body(root / "project.toml", BODY, "")
    else:
        erase_clients(root / "project.toml", Request(BODY, refs, lift=kind == "lift"), "")


def in_child(act: Callable[[], None]) -> int:
    """Exit code of a fork that acts."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            act()
    except BaseException as fault:  # noqa: BLE001 - a child must never go on as its parent
        sys.stderr.write(f"{type(fault).__name__} {fault}\n")
        os._exit(1)
    os._exit(0)


def killing(point: int) -> None:
    """End this process before the given write. An entry of the log is one; its own writing has tests elsewhere."""
    seen, inside = 0, False

    def count() -> None:
        nonlocal seen
        seen += not inside
        if seen == point:
            os._exit(KILLED)

    for name in WRITES:
        real = getattr(os, name)

        def write(*args: object, real: Callable[..., object] = real, **kwargs: object) -> object:
            count()
            return real(*args, **kwargs)

        setattr(os, name, write)
    append = AuditLog.append

    def told(*args: Any, **kwargs: Any) -> Entry:
        nonlocal inside
        count()
        inside = True
        try:
            return append(*args, **kwargs)
        finally:
            inside = False

    AuditLog.append = told  # type: ignore[method-assign]


def end(root: Path) -> str:
    """Digest of what stands in the body, and on the way from it; the log's times and ids differ."""
    files = [root / "bodies" / BODY, root / "exchange"]
    found = sorted(path for each in files for path in each.rglob("*") if path.is_file())
    said = [
        (str(path.relative_to(root)), sha256(path.read_bytes()).hexdigest())
        for path in found
        if path.name != "anchor.json"
    ]
    return sha256(json.dumps(said).encode()).hexdigest()


def told(root: Path, kind: str) -> bool:
    """Whether the log's last word on the body is its list as it is now, or all that was deleted stands there."""
    lines = [json.loads(line) for line in (root / "log" / "audit.jsonl").read_text().splitlines()]
    if kind == "retain":
        gone = {(each["zone"], each["facts"]["kind"]) for each in lines if each["action"] == "expired"}
        return gone == {("exchange", "tokens"), ("exchange", "events")}
    said = [each["facts"]["marks"] for each in lines if each["action"] in ("erased", "erasure_lifted")]
    listed = json.loads((root / "bodies" / BODY / "erasure.json").read_text())
    return bool(said) and said[-1] == wanted(listed)


def wanted(listed: dict[str, object]) -> str:
    from flows.erasure.listed import ErasureList

    return ErasureList.model_validate_json(json.dumps(listed)).digest


def main(template: Path, folder: Path, kind: str, refs: tuple[str, ...]) -> None:
    ends, untold, point = set(), 0, 0
    while True:
        point += 1
        root = folder / str(point)
        shutil.copytree(template, root)

        def killed(root: Path = root, point: int = point) -> None:
            killing(point)
            work(root, kind, refs)

        first = in_child(killed)
        if first not in (0, KILLED):
            raise SystemExit(f"point {point}: ended with {first}")
        if first == KILLED and in_child(lambda root=root: again(root, kind, refs)):
            raise SystemExit(f"point {point}: given again, it failed")
        ends.add(end(root))
        untold += not told(root, kind)
        shutil.rmtree(root)
        if first == 0:
            break
    sys.stdout.write(json.dumps({"points": point - 1, "ends": len(ends), "untold": untold}) + "\n")


def again(root: Path, kind: str, refs: tuple[str, ...]) -> None:
    """Given again; a lift that was done already has nobody left to lift, and says so."""
    from config.errors import ErasureError

    try:
        work(root, kind, refs)
    except ErasureError as refused:
        if kind != "lift" or "nothing is lifted" not in str(refused):
            raise


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], tuple(Path(sys.argv[4]).read_text().split()))
