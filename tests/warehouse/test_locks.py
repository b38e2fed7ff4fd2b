"""Waiting for a lock: as long as its holder may work, whatever the role's bounds; told by name."""

import threading
import time

import psycopg
import pytest

from warehouse.connections import Role, advisory_lock, connect, try_advisory_lock
from warehouse.errors import LockHeld
from warehouse.locks import holder_of, take_lock
from warehouse.settings import Settings


def test_a_lock_is_waited_for_beyond_the_bounds_of_the_roles_own_work(settings: Settings) -> None:
    taken = threading.Event()

    def wait() -> None:
        with connect(settings, Role.DBT, autocommit=True) as waiting:
            waiting.execute("set lock_timeout = '100ms'")
            waiting.execute("set statement_timeout = '100ms'")
            with advisory_lock(waiting, "build"):
                taken.set()
            # The bounds hold again for what comes next.
            with pytest.raises(psycopg.errors.QueryCanceled):
                waiting.execute("select pg_sleep(10)")

    with connect(settings, Role.DBT, autocommit=True) as holder:
        with advisory_lock(holder, "build"):
            thread = threading.Thread(target=wait)
            thread.start()
            time.sleep(0.5)
            assert not taken.is_set()
        thread.join(30)
    assert taken.is_set()


def test_who_gives_up_waiting_names_the_holder_and_the_cure(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("warehouse.locks.SLICE_SECONDS", 0.1)
    caplog.set_level("INFO")
    with (
        connect(settings, Role.DBT, autocommit=True) as holder,
        connect(settings, Role.DBT, autocommit=True) as waiting,
        advisory_lock(holder, "build"),
    ):
        pid = holder.info.backend_pid
        with pytest.raises(LockHeld, match=rf"shopmart_dbt .*process {pid}.*nothing is lost"):
            take_lock(waiting, "build", patience=0.3)
        with try_advisory_lock(waiting, "another") as held:
            assert held
    assert "waiting for the lock 'build', held by shopmart shopmart_dbt" in caplog.text


def test_a_free_lock_has_no_holder(settings: Settings) -> None:
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        assert holder_of(connection, "build") is None
        with advisory_lock(connection, "build"):
            assert str(connection.info.backend_pid) in str(holder_of(connection, "build"))
