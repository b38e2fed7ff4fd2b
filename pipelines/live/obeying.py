"""Requests for privacy acted upon beside the loop: an erasure's vacuum delays no figure.

It waits for its turn: while a build or a load runs, nothing is asked for, so none of them waits
behind it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg

from pipelines.errors import PipelineError
from pipelines.live.backoff import Backoff
from pipelines.live.standing import CHANNEL
from pipelines.privacy.acting import act_on_requests, is_due, is_in_the_way
from warehouse.connections import Role, connect
from warehouse.errors import WarehouseError
from warehouse.settings import Settings

LOG = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
# An erasure is one transaction: whoever ends meanwhile has done nothing of it.
PATIENCE_SECONDS = 5.0


@contextmanager
def obeying(settings: Settings) -> Iterator[None]:
    """Act on requests while the block runs."""
    stop = Event()
    thread = Thread(target=_run, args=(settings, stop), name="privacy", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)


def obey(settings: Settings) -> int:
    """One look: act if a request is due and nobody is in the way; returns how many were done."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        if not is_due(connection) or is_in_the_way(connection):
            return 0
        deeds = act_on_requests(settings)
        # The loop builds what was rewritten without waiting for its next look.
        if deeds:
            connection.execute(f"notify {CHANNEL}")
    return len(deeds)


def _run(settings: Settings, stop: Event) -> None:
    backoff = Backoff()
    while not stop.wait(PAUSE_SECONDS):
        if not backoff.is_due:
            continue
        try:
            obey(settings)
        except (psycopg.Error, WarehouseError, PipelineError) as error:
            LOG.error("requests for privacy wait %.0f s: %s", backoff.failed(), error)
            continue
        except Exception as error:  # noqa: BLE001 - what nobody foresaw must not end the thread
            # Its words may quote a person.
            kind = type(error).__name__
            LOG.error("requests for privacy wait %.0f s: a %s", backoff.failed(), kind)
            continue
        backoff.succeeded()
