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
    if not has_tables(settings):
        _make_tables(env)
    workspace = str(workspace_file(settings))
    return [
        Process("dagster-code", _module("orchestration", "serve", socket), env),
        Process(
            "dagster-webserver",
            _module("dagster_webserver", "-h", LOOPBACK, "-p", str(port), "-w", workspace),
            env,
            ready_url=f"http://{LOOPBACK}:{port}/server_info",
        ),
        Process("dagster-daemon", _module("dagster._daemon", "run", "-w", workspace), env),
    ]


def _make_tables(env: Mapping[str, str]) -> None:
    # Three processes that start on an empty storage make its tables at once, and one of them dies.
    argv = _module("orchestration", "prepare")
    subprocess.run(argv, env={**os.environ, **env}, check=True, stdin=subprocess.DEVNULL)


def _module(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
