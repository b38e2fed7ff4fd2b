"""Connections: a password for each role, failures with cause and cure, locks between processes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from pydantic import SecretStr

from tests.conftest import settings_for
from warehouse.connections import (
    SERVICE_ROLES,
    Role,
    advisory_lock,
    connect,
    dsn,
    open_connection,
    role_password,
    try_advisory_lock,
)
from warehouse.errors import ConfigurationError, DatabaseUnavailable
from warehouse.migrate import migrate
from warehouse.ports import free_port
from warehouse.settings import Settings

HOLD_A_LOCK = """
import sys, psycopg
from warehouse.connections import advisory_lock
connection = psycopg.connect(sys.argv[1], autocommit=True)
with advisory_lock(connection, sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process_holds(settings: Settings, name: str) -> Iterator[subprocess.Popen[str]]:
    """A second process with the lock; it gives the lock up when its input is closed."""
    command = [sys.executable, "-c", HOLD_A_LOCK, dsn(settings, Role.LOADER), name]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_every_service_role_connects_as_itself(settings: Settings) -> None:
    for role in SERVICE_ROLES:
        with connect(settings, role) as connection:
            assert connection.execute("select current_user").fetchone() == (role.value,)


def test_every_role_has_a_password_of_its_own(settings: Settings) -> None:
    assert len({role_password(settings, role) for role in SERVICE_ROLES}) == len(SERVICE_ROLES)


def test_without_a_database_url_the_cure_is_named(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="SHOPMART_DATABASE_URL: is missing"):
        dsn(settings.model_copy(update={"database_url": None}), Role.LOADER)


def test_another_secret_key_reaches_nothing_until_migrate_has_run(settings: Settings) -> None:
    other = settings.model_copy(update={"secret_key": SecretStr("another key, long enough")})
    with (
        pytest.raises(DatabaseUnavailable, match="SHOPMART_SECRET_KEY is the one"),
        connect(other, Role.LOADER),
    ):
        pass
    try:
        migrate(other)
        with connect(other, Role.LOADER) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        migrate(settings)


def test_an_unreachable_server_is_named_with_host_port_and_cause_but_no_password(
    settings: Settings,
) -> None:
    port = free_port()
    url = f"postgresql://me:planted-password@127.0.0.1:{port}/shop"
    with pytest.raises(DatabaseUnavailable) as caught:
        open_connection(settings_for(settings.home, url), Role.OWNER)
    message = str(caught.value)
    assert f"port {port}" in message
    assert "Connection refused" in message
    assert "planted-password" not in message


def test_a_connection_commits_at_the_end_and_rolls_back_on_an_error(settings: Settings) -> None:
    insert = "insert into control.cursors values (%s, %s, now())"
    tenant = "insert into control.tenants (name, shop_domain) values ('a', %s) returning tenant_id"
    with connect(settings, Role.CONTROL) as control:
        row = control.execute(tenant, ["a.myshopify.com"]).fetchone()
        assert row is not None
    with pytest.raises(ZeroDivisionError), connect(settings, Role.LOADER) as loader:
        loader.execute(insert, [row[0], "orders"])
        raise ZeroDivisionError
    with connect(settings, Role.LOADER) as loader:
        loader.execute(insert, [row[0], "customers"])
    with connect(settings, Role.LOADER) as loader:
        kept = loader.execute("select resource from control.cursors").fetchall()
    assert kept == [("customers",)]


def test_a_lock_held_by_another_process_is_not_given_and_not_waited_for(
    settings: Settings,
) -> None:
    with (
        another_process_holds(settings, "sync:1"),
        connect(settings, Role.LOADER) as connection,
        try_advisory_lock(connection, "sync:1") as held,
        try_advisory_lock(connection, "sync:2") as other_held,
    ):
        assert (held, other_held) == (False, True)


def test_a_waiting_process_gets_the_lock_when_the_other_gives_it_up(settings: Settings) -> None:
    with another_process_holds(settings, "build") as process:
        assert process.stdin is not None
        process.stdin.close()
        with (
            connect(settings, Role.LOADER) as connection,
            advisory_lock(connection, "build"),
        ):
            process.wait(timeout=30)


def test_a_killed_process_leaves_no_lock(settings: Settings) -> None:
    with another_process_holds(settings, "build") as process:
        process.kill()
        with connect(settings, Role.LOADER) as connection, advisory_lock(connection, "build"):
            assert process.wait(timeout=30) != 0


def test_a_lock_is_given_up_after_an_error_in_its_transaction(settings: Settings) -> None:
    with connect(settings, Role.LOADER) as first, connect(settings, Role.LOADER) as second:
        with pytest.raises(psycopg.errors.DivisionByZero), advisory_lock(first, "build"):
            first.execute("select 1 / 0")
        with try_advisory_lock(second, "build") as held:
            assert held


def test_holding_a_lock_leaves_no_transaction_open_that_postgres_would_end(
    settings: Settings,
) -> None:
    with connect(settings, Role.LOADER) as connection:
        with advisory_lock(connection, "build"):
            assert connection.info.transaction_status == TransactionStatus.IDLE
        assert connection.info.transaction_status == TransactionStatus.IDLE


def test_taking_a_lock_inside_a_transaction_does_not_commit_it(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), connect(settings, Role.CONTROL) as connection:
        connection.execute(
            "insert into control.tenants (name, shop_domain) values ('a', 'a.myshopify.com')"
        )
        with advisory_lock(connection, "tenants"):
            pass
        raise ZeroDivisionError
    with connect(settings, Role.CONTROL) as connection:
        assert connection.execute("select count(*) from control.tenants").fetchone() == (0,)


def test_a_role_keeps_the_options_of_the_owners_url(settings: Settings) -> None:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value() + "?target_session_attrs=read-write"
    changed = settings.model_copy(update={"database_url": SecretStr(url)})
    parts = conninfo_to_dict(dsn(changed, Role.READER))
    assert parts["target_session_attrs"] == "read-write"
    assert parts["user"] == Role.READER.value
