"""The processes of a running Dagster: one shared code server, the web server and the daemon.

Starting, watching and stopping them is the supervisor's work; here are only their command lines.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.instance import (
    code_socket,
    has_tables,
    instance_environment,
    workspace_file,
    write_instance,
)
from orchestration.names import LOCATION
from warehouse.connections import Role, advisory_lock, connect
from warehouse.errors import ConfigurationError
from warehouse.ports import LOOPBACK
from warehouse.settings import Settings


@dataclass(frozen=True)
class Process:
    """A command to keep running; ``env`` is added to the environment that it inherits."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    ready_url: str | None = None


def dagster_processes(settings: Settings, *, port: int) -> list[Process]:
    """Write the instance's files, make its tables, return its processes.

    ``port`` is the web server's. Raises CalledProcessError when the storage cannot be made.
    """
    write_instance(settings)
    socket = str(code_socket(settings))
    env = {**settings.environment(), **instance_environment(settings)}
    _make_tables_once(settings, env)
    workspace = str(workspace_file(settings))
    logs = ["--log-format", "json"] if settings.log_format == "json" else []
    # At its own "info" the daemon tells each look of the sensor: megabytes a day of nothing.
    quiet = ["--log-level", "info" if settings.log_level == "debug" else "warning"]
    return [
        Process("dagster-code", _module("orchestration", "serve", socket), env),
        Process(
            "dagster-webserver",
            dagster_command(
                settings,
                "dagster-webserver",
                *("dagster_webserver", "-h", LOOPBACK, "-p", str(port), "-w", workspace, *logs),
            ),
            env,
            ready_url=f"http://{LOOPBACK}:{port}/server_info",
        ),
        Process(
            "dagster-daemon",
            dagster_command(
                settings,
                "dagster-daemon",
                *("dagster._daemon", "run", "-w", workspace, *logs, *quiet),
            ),
            env,
        ),
    ]


def dagster_command(settings: Settings, service: str, module: str, *arguments: str) -> list[str]:
    """The command line of a module of Dagster's, whose every line is JSON where that is chosen."""
    if settings.log_format == "json":
        return _module("orchestration.logged", service, module, *arguments)
    return _module(module, *arguments)


def code_server_command(settings: Settings, socket: str) -> list[str]:
    """The command line of Dagster's own code server for this location."""
    where = ["--socket", socket, "--location-name", LOCATION]
    what = ["--module-name", "orchestration.definitions", "--attribute", "defs"]
    how = ["--use-python-environment-entry-point", "--inject-env-vars-from-instance"]
    logs = ["--log-format", "json"] if settings.log_format == "json" else []
    arguments = ["api", "grpc", *where, *what, *how, *logs]
    return dagster_command(settings, "dagster-code", "dagster", *arguments)


def run_process(settings: Settings, name: str) -> None:
    """Become one of the processes, for a supervisor of the user's own; never returns.

    Raises ConfigurationError for a name that is none of theirs.
    """
    processes = {
        each.name: each for each in dagster_processes(settings, port=settings.dagster_port)
    }
    if name not in processes:
        raise ConfigurationError(
            f"no process is called {name[:60]!a}; choose: {', '.join(processes)}"
        )
    chosen = processes[name]
    env = {**os.environ, **chosen.env}
    os.execve(chosen.argv[0], chosen.argv, env)  # noqa: S606 (a list of arguments, no shell)


def _make_tables_once(settings: Settings, env: Mapping[str, str]) -> None:
    # Processes that start on an empty storage make its tables at once, and one of them dies.
    with (
        connect(settings, Role.DAGSTER, autocommit=True) as connection,
        advisory_lock(connection, "dagster:tables"),
    ):
        if not has_tables(settings):
            _make_tables(env)


def _make_tables(env: Mapping[str, str]) -> None:
    argv = _module("orchestration", "prepare")
    subprocess.run(argv, env={**os.environ, **env}, check=True, stdin=subprocess.DEVNULL)


def _module(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
