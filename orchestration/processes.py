"""The processes of a running Dagster: one shared code server, the web server and the daemon.

Starting, watching and stopping them is the supervisor's work; here are only their command lines.
"""

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from orchestration.instance import (
    CODE_HOST,
    instance_environment,
    workspace_file,
    write_instance,
)
from warehouse.settings import PREFIX, Settings


@dataclass(frozen=True)
class Process:
    """A command to keep running; ``env`` is added to the environment that it inherits."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    ready_url: str | None = None


def dagster_processes(settings: Settings, *, port: int) -> list[Process]:
    """Write the instance's files and return its processes; ``port`` is the web server's."""
    code_port = free_port()
    write_instance(settings, code_port=code_port)
    env = {**settings_environment(settings), **instance_environment(settings)}
    workspace = str(workspace_file(settings))
    return [
        Process("dagster-code", _module("orchestration", "serve", str(code_port)), env),
        Process(
            "dagster-webserver",
            _module("dagster_webserver", "-h", CODE_HOST, "-p", str(port), "-w", workspace),
            env,
            ready_url=f"http://{CODE_HOST}:{port}/server_info",
        ),
        Process("dagster-daemon", _module("dagster._daemon", "run", "-w", workspace), env),
    ]


def settings_environment(settings: Settings) -> dict[str, str]:
    """The settings as a child process reads them, secrets included: never print it."""
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    values["home"] = settings.home_path
    return {
        f"{PREFIX}{name.upper()}": _plain(value)
        for name, value in values.items()
        if value is not None
    }


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((CODE_HOST, 0))
        return int(probe.getsockname()[1])


def _module(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
