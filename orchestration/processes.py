"""The processes of a running Dagster: one shared code server, the web server and the daemon.

Starting, watching and stopping them is the supervisor's work; here are only their command lines.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.instance import (
    code_socket,
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
    """Write the instance's files and return its processes; ``port`` is the web server's."""
    write_instance(settings)
    socket = str(code_socket(settings))
    env = {**settings.environment(), **instance_environment(settings)}
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


def _module(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
