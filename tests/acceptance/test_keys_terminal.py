"""Shares at a real terminal: shown one at a time and wiped off it, typed back unseen."""

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

FORGET = "\x1b[3J"


def at_terminal(
    arguments: list[object], answers: list[str], before: Callable[[int], None] = lambda _: None
) -> str:
    """What a person sees who gives a command and an answer each time the command waits for one.

    Args:
        arguments: of the command.
        answers: in turn.
        before: called before each answer with its place, from 0.
    """
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen, asked, end = "", 0, time.monotonic() + 120
    while time.monotonic() < end:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                data = os.read(ours, 65_536)
            except OSError:
                break
            if not data:
                break
            seen += data.decode()
        prompts = len(re.findall(r"(?:press Enter|all its words)[^\n]*: ", seen))
        if asked < len(answers) and prompts > asked:
            before(asked)
            os.write(ours, answers[asked].encode() + b"\n")
            asked += 1
    running.wait(timeout=60)
    os.close(ours)
    assert running.returncode == 0, seen
    return seen


def words_of(screen: str) -> str:
    return " ".join(re.findall(r"\d+\. ([a-z]+)", screen))


def test_shares_are_shown_one_by_one_and_typed_back_unseen(run_again: Path) -> None:
    project, name = run_again / "project.toml", "example-linkage"
    path = run_again / "keys" / f"{name}.key"
    split = ["keys", "split", name, "--threshold", 2, "--shares", 3, "--destroy-original", "--project", project]
    lock = run_again / "log" / "run.lock"

    def held_at_the_end(place: int) -> None:
        # While people write, the project is free to others; whoever takes it then is waited for.
        descriptor = os.open(lock, os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if place < 2:
            os.close(descriptor)
        else:
            threading.Timer(1, os.close, (descriptor,)).start()

    seen = at_terminal(split, ["", "", ""], held_at_the_end)
    assert "this one waits for its end" in seen
    screens = [each for each in seen.split(FORGET) if "desirelines key share 1" in each]
    shares = [words_of(each) for each in screens]
    assert [len(each.split()) for each in shares] == [33, 33, 33]
    assert [f"share: {number} of 3; 2 are needed" in screen for number, screen in enumerate(screens, 1)] == [
        True
    ] * 3
    assert not words_of(seen.split(FORGET)[-1])
    assert not path.exists()
    typed = at_terminal(["keys", "restore", name, "--project", project], [shares[2], shares[0]])
    assert "restored" in typed
    assert not {word for word in shares[0].split() if len(word) > 7 and word in typed}
    assert path.exists()
