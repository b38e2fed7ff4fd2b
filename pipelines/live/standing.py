"""Who works: the loop that holds the lock. Others stand by, warm, and take over within a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import psycopg

from warehouse.connections import Role, connect, try_advisory_lock
from warehouse.locks import LIVE_LOCK
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
STANDBY_SECONDS = 1.0
# What the API notifies after each commit of landed webhooks.
CHANNEL = "shopmart_landed"


@contextmanager
def standing(settings: Settings, stop: Event) -> Iterator[Connection | None]:
    """Wait for the lock; yields the connection that holds it and hears of what lands, or None.

    The lock is the connection's: with a broken connection the work ends, too.
    """
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        while not stop.is_set():
            with try_advisory_lock(connection, LIVE_LOCK) as held:
                if held:
                    connection.execute(f"listen {CHANNEL}")
                    yield connection
                    return
            stop.wait(STANDBY_SECONDS)
        yield None


def wait_for_landing(connection: Connection, *, seconds: float) -> None:
    """Wait until something landed, or for so long; raises OperationalError when it is broken."""
    for _ in connection.notifies(timeout=seconds, stop_after=1):
        pass


def still_holds(connection: Connection) -> None:
    """Raise OperationalError when the connection, and the lock with it, is lost."""
    connection.execute("select 1")
