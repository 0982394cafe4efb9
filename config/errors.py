"""The one exception tree.

Constructors take facts (a file's name, a rule, a count), never free text, so that no message can
carry a value from the data.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class PipelineError(Exception):
    """Something desirelines refuses; `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 1
    may_pass = False
    """Whether the same may succeed a little later."""
    stage: str = ""
    """The stage that was under way, once the run knows; for the log."""
    noted = False
    """Whether the log tells of it, and whoever is to be told of the run was."""

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the finished message: schedulers pickle what a task raises."""
        return (_rebuilt, (type(self), str(self)))


def _rebuilt(kind: type[PipelineError], message: str) -> PipelineError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    return error


class SettingsError(PipelineError):
    """The project file cannot be used."""

    exit_code = 10

    def __init__(self, file: str, faults: Sequence[str]) -> None:
        """Say every fault of the file at once.

        Args:
            file: the project file's name.
            faults: one sentence each, naming the key, what was expected and where.
        """
        listed = "".join(f"\n  - {fault}" for fault in faults)
        count = f"{len(faults)} fault" + ("" if len(faults) == 1 else "s")
        super().__init__(f"{file}: {count}{listed}")
        self.faults = tuple(faults)


class KeyFileError(PipelineError):
    """A key is missing, open to others, too weak, malformed or used for two purposes."""

    exit_code = 15

    def __init__(self, key: str, problem: str) -> None:
        """Name the key (never its content) and the problem, from a closed set of phrases."""
        super().__init__(f"key '{key}': {problem}")


class ContractError(PipelineError):
    """A frame between two stages is not what its contract says."""

    exit_code = 20

    def __init__(self, contract: str, breaches: Mapping[str, int | str]) -> None:
        """Name the contract and, for each broken rule, how many rows broke it."""
        listed = "; ".join(f"{rule}: {found}" for rule, found in sorted(breaches.items()))
        super().__init__(f"frame '{contract}' broke its contract ({listed})")


class ExtractError(PipelineError):
    """A file from a body breaks its schema or the rules of hostile input."""

    exit_code = 21

    def __init__(self, body: str, file: str, rule: str, *, column: str = "", count: int | None = None) -> None:
        """Name body, file, column, rule and count, never a value."""
        where = f"{body}: {file}" + (f", column '{column}'" if column else "")
        super().__init__(f"{where}: {rule}" + ("" if count is None else f" ({count:,} rows)"))


class BundleError(PipelineError):
    """A bundle handed from zone to zone is missing, altered, or of another project, key or version."""

    exit_code = 22

    def __init__(self, bundle: str, problem: str) -> None:
        """Name the bundle and what is wrong with it."""
        super().__init__(f"bundle '{bundle}': {problem}")


class MomentError(PipelineError):
    """Open journeys cannot be told as at this moment."""

    exit_code = 23

    def __init__(self, moment: str, problem: str) -> None:
        """Name the moment, once it is known to be one, and why not."""
        super().__init__(f"as at {moment}: {problem}")


class DatabaseError(PipelineError):
    """A body's database lets nobody in, lacks a table, or grants more or less than reading."""

    exit_code = 26

    def __init__(self, body: str, table: str, problem: str) -> None:
        """Name the body, a table where there is one, and a phrase of a closed set; never the server's words."""
        super().__init__(f"{body}: {table or 'database'}: {problem}")


class DatabaseAwayError(DatabaseError):
    """A body's database is away, busy or too slow for now; the same may succeed a little later."""

    exit_code = 27
    may_pass = True


class HandOverError(PipelineError):
    """It is not this party's turn: the log or a bundle is not handed over to it yet, or was handed on."""

    exit_code = 24

    def __init__(self, awaited: str, problem: str) -> None:
        """Name what is waited for, and where it is."""
        super().__init__(f"{awaited} {problem}")


class DisclosureError(PipelineError):
    """The tables cannot be protected, or the attack on them succeeded."""

    exit_code = 30

    def __init__(self, problem: str, counts: Mapping[str, int] | None = None) -> None:
        """Say the problem and how often it was met."""
        listed = "; ".join(f"{name}: {count:,}" for name, count in sorted((counts or {}).items()))
        super().__init__(problem + (f" ({listed})" if listed else ""))


class ReleaseError(PipelineError):
    """A release cannot be approved, refused or published as asked."""

    exit_code = 31

    def __init__(self, release: str, problem: str) -> None:
        """Name the release and why not."""
        super().__init__(f"release {release}: {problem}")


class AuditError(PipelineError):
    """The audit log, a checkpoint or a published output does not verify."""

    exit_code = 40

    def __init__(self, problem: str, *, entry: int | None = None) -> None:
        """Say what does not verify and, where known, at which entry."""
        super().__init__(problem + ("" if entry is None else f" (entry {entry})"))


class DeskError(PipelineError):
    """The auditor's desk cannot be written or shown there."""

    exit_code = 41

    def __init__(self, problem: str) -> None:
        """Say why not, from a closed set of phrases."""
        super().__init__(f"auditor's desk: {problem}")


PASSING = ("BlockingIOError", "ConnectionError", "ConnectionResetError", "InterruptedError", "TimeoutError")
"""Faults of the moment: the same stage may succeed a little later."""


class ErasureError(PipelineError):
    """Clients cannot be erased as asked, or those who were erased cannot be kept out."""

    exit_code = 60

    def __init__(self, body: str, problem: str, counts: Mapping[str, int] | None = None) -> None:
        """Name the body, the problem from a closed set of phrases, and counts; never a client."""
        listed = "; ".join(f"{name}: {count:,}" for name, count in (counts or {}).items())
        super().__init__(f"{body}: {problem}" + (f" ({listed})" if listed else ""))


class RetentionError(PipelineError):
    """Nothing may be deleted now: the clock cannot be believed, or a folder is not what it should be."""

    exit_code = 61

    def __init__(self, problem: str) -> None:
        """Say why, from a closed set of phrases with moments and counts in them."""
        super().__init__(f"nothing was deleted: {problem}")


class StageError(PipelineError):
    """An unforeseen fault inside a stage, with everything but its kind and place removed.

    `may_pass` is true for faults that a retry can cure.
    """

    exit_code = 50
    may_pass = False

    def __init__(self, stage: str, kind: str, place: str) -> None:
        """Name the stage, the fault's class and the line of ours it came from."""
        super().__init__(f"stage '{stage}' failed: {kind} at {place}")
        self.may_pass = kind in PASSING


class BusyError(PipelineError):
    """Another run of this project holds the lock."""

    exit_code = 51

    def __init__(self, project: str) -> None:
        """Name the project."""
        super().__init__(f"another run of project '{project}' is under way; wait for it or end it first")


class StoppedError(PipelineError):
    """A run was stopped from outside: by a person, the scheduler's page or a service manager."""

    exit_code = 54

    def __init__(self) -> None:
        """There is nothing to say but that."""
        super().__init__("the run was stopped; earlier results are untouched, and a run may start again")


class OverdueError(PipelineError):
    """A stage took longer than [time_outs] allows, and was ended."""

    exit_code = 55

    def __init__(self, stage: str, minutes: float) -> None:
        """Name the stage and its limit."""
        super().__init__(
            f"stage '{stage}' took longer than {minutes:g} minutes and was ended; "
            f"see {stage}_minutes under [time_outs]"
        )
