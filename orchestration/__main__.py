"""``python -m orchestration serve SOCKET``: the code server that web server and daemon share.

``prepare`` only makes the storage's tables, before the first processes start; ``run NAME`` becomes
one of Dagster's processes with the settings of the environment, as the Procfile starts them.

Runs are its children, so a run that is still under way when it starts has lost its process: it is
recorded as failed first, else it would hold its place in the queue for ever.
"""

import os
import sys

import dagster as dg

from orchestration.names import LOCATION, LOST_TAG

LOST = "The process of this run ended before the run did; launch it again, nothing was lost."
UNDER_WAY = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def end_lost_runs(instance: dg.DagsterInstance) -> list[str]:
    """Record the runs without a process as failed; returns their ids."""
    lost = instance.get_runs(filters=dg.RunsFilter(statuses=UNDER_WAY))
    for run in lost:
        instance.add_run_tags(run.run_id, {LOST_TAG: "true"})
        instance.report_run_failed(run, LOST)
    return [run.run_id for run in lost]


def make_tables(instance: dg.DagsterInstance) -> None:
    """Let each storage make its tables, which it does when it is first asked."""
    instance.get_runs(limit=1)
    instance.all_asset_keys()
    instance.all_instigator_state()


def code_server_command(socket: str) -> list[str]:
    """The command line of Dagster's own code server for this location."""
    where = ["--socket", socket, "--location-name", LOCATION]
    what = ["--module-name", "orchestration.definitions", "--attribute", "defs"]
    how = ["--use-python-environment-entry-point", "--inject-env-vars-from-instance"]
    return [sys.executable, "-m", "dagster", "api", "grpc", *where, *what, *how]


def _run(name: str) -> None:
    from orchestration.processes import run_process
    from warehouse.database import with_database
    from warehouse.errors import WarehouseError
    from warehouse.settings import load_settings

    try:
        run_process(with_database(load_settings()), name)
    except WarehouseError as error:
        raise SystemExit(f"error: {error}") from None


def main(arguments: list[str]) -> None:
    """Make the storage's tables, then serve on the given socket until stopped."""
    if len(arguments) == 2 and arguments[0] == "run":
        _run(arguments[1])
        return
    if arguments != ["prepare"] and (len(arguments) != 2 or arguments[0] != "serve"):
        raise SystemExit("usage: python -m orchestration prepare | serve SOCKET | run NAME")
    with dg.DagsterInstance.get() as instance:
        end_lost_runs(instance)
        if arguments == ["prepare"]:
            make_tables(instance)
            return
    command = code_server_command(arguments[1])
    # The supervisor knows this process by its id: the server takes its place.
    os.execv(command[0], command)  # noqa: S606 (a list of arguments, no shell)


if __name__ == "__main__":
    main(sys.argv[1:])
