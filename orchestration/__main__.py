"""``python -m orchestration serve SOCKET``: the code server that web server and daemon share.

``prepare`` only makes the storage's tables, before the first processes start; ``run NAME`` becomes
one of Dagster's processes with the settings of the environment, as the Procfile starts them.

Runs are its children, so a run that is still under way when it starts has lost its process: it is
recorded as failed first, else it would hold its place in the queue for ever.
"""

import os
import signal
import sys

import dagster as dg

from orchestration.names import LOST_TAG
from orchestration.processes import code_server_command, run_process
from warehouse.logs import configure_logging
from warehouse.settings import load_settings

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


def _run(name: str) -> None:
    from warehouse.database import with_database
    from warehouse.errors import WarehouseError

    try:
        run_process(with_database(load_settings()), name)
    except WarehouseError as error:
        raise SystemExit(f"error: {error}") from None


def main(arguments: list[str]) -> None:
    """Make the storage's tables, then serve on the given socket until stopped."""
    # The server ends itself by SIGINT, which a script's background command starts with ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if len(arguments) == 2 and arguments[0] == "run":
        _run(arguments[1])
        return
    if arguments != ["prepare"] and (len(arguments) != 2 or arguments[0] != "serve"):
        raise SystemExit("usage: python -m orchestration prepare | serve SOCKET | run NAME")
    settings = load_settings()
    configure_logging(settings, service="dagster-code")
    with dg.DagsterInstance.get() as instance:
        end_lost_runs(instance)
        if arguments == ["prepare"]:
            make_tables(instance)
            return
    command = code_server_command(settings, arguments[1])
    # The supervisor knows this process by its id: the server takes its place.
    os.execv(command[0], command)  # noqa: S606 (a list of arguments, no shell)


if __name__ == "__main__":
    main(sys.argv[1:])
