"""Shopmart's servers: how each is started and when it counts as up."""

import sys
from collections.abc import Mapping
from typing import Protocol

from shopmart.context import step
from shopmart.supervision.processes import Processes, wait_until_up
from warehouse.settings import Settings


class Starter(Protocol):
    """Who starts servers: processes of one's own, or a supervisor that keeps them running."""

    def start(self, name: str, argv: list[str], env: Mapping[str, str]) -> object:
        """Start a command."""


def start_api(starter: Starter, settings: Settings) -> None:
    """Start the API; it is up while the others still start."""
    starter.start("api", [sys.executable, "-m", "api"], settings.environment())


def start_live(starter: Starter, settings: Settings) -> None:
    """Start the live loop."""
    starter.start("live", [sys.executable, "-m", "pipelines", "live"], settings.environment())


def start_dagster(starter: Starter, settings: Settings, *, port: int) -> None:
    """Prepare the models' manifest, then start code server, web server and daemon."""
    from orchestration.processes import dagster_processes
    from pipelines.build import ensure_manifest

    with step("preparing the models"):
        ensure_manifest(settings)
    for process in dagster_processes(settings, port=port):
        starter.start(process.name, list(process.argv), process.env)


def wait_for_api(processes: Processes, settings: Settings) -> None:
    """Wait until the API answers; raises ProcessError when a server ends before."""
    with step("waiting for the API"):
        url = f"http://{settings.api_host}:{settings.api_port}/ready"
        wait_until_up(processes, url, name="the API")


def wait_for_dagster(processes: Processes, settings: Settings) -> None:
    """Wait until Dagster answers; raises ProcessError when a server ends before."""
    with step("waiting for Dagster"):
        wait_until_up(processes, f"{settings.dagster_url}/server_info", name="Dagster")
