"""The service as ``shopmart up`` runs it: which servers, in which order, and how it ends."""

import time

from shopmart.context import MESSAGES, OUTPUT, step
from shopmart.errors import AlreadyRunning, ProcessError
from shopmart.supervision.ports import must_be_free
from shopmart.supervision.processes import Processes
from shopmart.supervision.servers import (
    start_api,
    start_dagster,
    start_live,
    wait_for_api,
    wait_for_dagster,
)
from shopmart.supervision.signals import signals_ignored, stopped_by_signals
from shopmart.supervision.supervisor import Supervisor
from warehouse.database import with_database
from warehouse.embedded import EmbeddedPostgres
from warehouse.errors import DatabaseUnavailable
from warehouse.log_lines import wrap_streams
from warehouse.migrate import migrate
from warehouse.settings import Settings, load_settings

LOOK_SECONDS = 0.5
DATABASE_LOOK_SECONDS = 2.0


def run_up(*, api: bool, live: bool, dagster: bool) -> None:
    """Run the chosen servers until a signal; raises AlreadyRunning, ProcessError."""
    settings = load_settings()
    if settings.log_format == "json":
        wrap_streams(service="up")
    processes = Processes(settings.home_path, owner="up")
    if other := processes.claim():
        raise AlreadyRunning(
            f"`shopmart up` runs already as process {other.pid} with home {settings.home}; "
            "stop it with Ctrl-C, or set SHOPMART_HOME to another folder"
        )
    with stopped_by_signals():
        try:
            _run(processes, settings, api=api, live=live, dagster=dagster)
        except KeyboardInterrupt:
            MESSAGES.print("stopping")
        finally:
            _stop(processes, settings)


def _run(processes: Processes, settings: Settings, *, api: bool, live: bool, dagster: bool) -> None:
    if names := processes.stop_leftovers():
        MESSAGES.print(f"stopped what a killed `shopmart up` left: {', '.join(names)}")
    is_embedded = settings.database_url is None
    settings = _prepared(settings, api=api, dagster=dagster)
    supervisor = Supervisor(processes, say=lambda text: MESSAGES.print(text, style="yellow"))
    if api:
        start_api(supervisor, settings)
    if live:
        start_live(supervisor, settings)
    if dagster:
        start_dagster(supervisor, settings, port=settings.dagster_port)
    if api:
        wait_for_api(processes, settings)
        OUTPUT.print(f"API        http://{settings.api_host}:{settings.api_port}/docs")
    if dagster:
        wait_for_dagster(processes, settings)
        OUTPUT.print(f"Dagster    {settings.dagster_url}")
    OUTPUT.print(f"logs       {settings.home_path / 'logs'}")
    OUTPUT.print("Shopmart is up; Ctrl-C stops it")
    looked_at = time.monotonic()
    while True:
        supervisor.tend()
        processes.rotate_logs()
        if is_embedded and time.monotonic() - looked_at >= DATABASE_LOOK_SECONDS:
            _tend_database(settings)
            looked_at = time.monotonic()
        time.sleep(LOOK_SECONDS)


def _tend_database(settings: Settings) -> None:
    """Start the embedded Postgres again when it has ended; the servers wait for it by themselves.

    Raises ProcessError when its port was taken meanwhile: the servers know only the old one.
    """
    postgres = EmbeddedPostgres(settings.home_path)
    postgres.rotate_log()
    if postgres.is_running:
        return
    MESSAGES.print("the embedded Postgres ended and is started again", style="yellow")
    try:
        url = postgres.start()
    except DatabaseUnavailable as error:
        MESSAGES.print(f"it will be tried again: {error}", style="yellow")
        return
    if settings.database_url is None or url != settings.database_url.get_secret_value():
        raise ProcessError(
            "another program took the port of the embedded Postgres; start `shopmart up` again"
        )


def _prepared(settings: Settings, *, api: bool, dagster: bool) -> Settings:
    """Ports checked, database running and at the present schema, Dagster's address known."""
    if api:
        must_be_free(settings.api_port, name="the API", setting="SHOPMART_API_PORT")
    if dagster:
        must_be_free(settings.dagster_port, name="Dagster", setting="SHOPMART_DAGSTER_PORT")
        url = settings.dagster_url or f"http://127.0.0.1:{settings.dagster_port}"
        settings = settings.model_copy(update={"dagster_url": url})
    with step("bringing the database up to date"):
        settings = with_database(settings)
        migrate(settings)
    return settings


def _stop(processes: Processes, settings: Settings) -> None:
    with signals_ignored():
        processes.stop_all()
        if settings.database_url is None:
            EmbeddedPostgres(settings.home_path).stop()
        processes.release()
        MESSAGES.print("everything is stopped; the data stays for the next start")
