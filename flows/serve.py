"""The project's schedule, served: runs start when due, against the Prefect server that is configured."""

from pathlib import Path

from config.errors import SettingsError
from config.load import load_project
from flows.context import runner
from flows.progress import say


def serve_project(project_file: Path, actor: str) -> None:
    """Register the schedule and wait for runs, until interrupted.

    Raises:
        SettingsError: the project file has no [schedule], or no Prefect server is configured.
    """
    loaded = load_project(project_file)
    schedule = loaded.project.schedule
    if schedule is None:
        raise SettingsError(loaded.file, ["schedule: this table is required to serve the project"])
    who = runner(loaded, actor)
    from flows.scheduler import prepare, server_configured

    prepare(loaded.root)
    if not server_configured():
        raise SettingsError(
            loaded.file, ["serving needs a Prefect server that stays: start one and set PREFECT_API_URL"]
        )
    from prefect import serve
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron

    from flows.in_flight import scheduled_in_flight
    from flows.run import scheduled_run

    name, hourly = loaded.project.project.name, loaded.project.in_flight.cron
    parameters = {"project_file": str(project_file.resolve()), "actor": who}
    say(f"serving {name}: '{schedule.cron}' {schedule.time_zone}, as {who}; stop with Ctrl+C")
    if hourly is None:
        scheduled_run.serve(
            name=name,
            schedule=Cron(schedule.cron, timezone=schedule.time_zone),
            parameters=parameters,
            limit=1,
            print_starting_message=False,
        )
        return
    say(f"open journeys of {name}: '{hourly}' {schedule.time_zone}")
    # One at a time: a run that finds the project's lock taken is refused.
    serve(
        *(
            RunnerDeployment.from_flow(
                work, name, schedule=Cron(cron, timezone=schedule.time_zone), parameters=parameters
            )
            for work, name, cron in (
                (scheduled_run, name, schedule.cron),
                (scheduled_in_flight, f"{name}-in-flight", hourly),
            )
        ),
        limit=1,
        print_starting_message=False,
    )
