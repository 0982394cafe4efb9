"""What every Prefect flow of ours shares: a quiet, private scheduler that keeps nothing it should not."""

import os
from pathlib import Path
from typing import Any

from config.errors import PipelineError

START_UP_SECONDS = "180"
UNKEPT: Any = {"persist_result": False, "validate_parameters": False}  # Prefect's options are keyword unions
"""Options of every flow of ours."""


def prepare(root: Path) -> None:
    """Settle the scheduler's settings; before Prefect is first imported.

    Unless the user has a home for Prefect, it is below the project's folder, where the temporary server keeps
    its database. No setting that the user made is replaced but those that would report to the outside.
    """
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["PREFECT_CLI_PROMPT"] = "false"
    # A run is a process of its own; the folder it is started in is not to stand before our packages.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", START_UP_SECONDS)
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    # The server keeps what a flow logs; on the terminal a refusal is one sentence, not a traceback before it.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    os.umask(0o077)
    if "PREFECT_HOME" not in os.environ and not (Path.home() / ".prefect" / "profiles.toml").exists():
        home = root / ".prefect"
        home.mkdir(mode=0o700, exist_ok=True)
        os.environ["PREFECT_HOME"] = str(home)


def server_configured() -> bool:
    """Whether a Prefect server is named in the environment or in Prefect's own profile."""
    from prefect.settings import get_current_settings

    return bool(get_current_settings().api.url)


def server_answers() -> bool:
    """Whether the configured server can be reached now."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


def may_pass(_task: object, _run: object, state: Any) -> bool:  # noqa: ANN401 - Prefect's state is generic
    """Retry only what a little later may succeed; a refusal stays a refusal."""
    fault = state.result(raise_on_failure=False)
    return isinstance(fault, PipelineError) and fault.may_pass


RETRIES = 3
FIRST_WAIT_SECONDS = 2
"""The waits double: 2, 4 and 8 seconds, each made longer by chance by up to half of itself, so that several that
were turned away together do not come back together."""


def unkept() -> dict[str, Any]:  # Prefect's own option types are unions of unions
    """Options of every task of ours: results neither cached nor stored, retried only where that helps."""
    from prefect.cache_policies import NO_CACHE

    return {
        "cache_policy": NO_CACHE,
        "persist_result": False,
        "retries": RETRIES,
        "retry_delay_seconds": [FIRST_WAIT_SECONDS * 2**turn for turn in range(RETRIES)],
        "retry_jitter_factor": 0.5,
        "retry_condition_fn": may_pass,
    }
