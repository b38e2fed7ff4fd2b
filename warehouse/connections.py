"""Connections to Postgres, one role for each kind of work, and the advisory locks between them."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import psycopg

from warehouse.database_url import url_for_role
from warehouse.errors import ConfigurationError, DatabaseUnavailable
from warehouse.locks import take_lock
from warehouse.secrets import derived_key
from warehouse.settings import Settings

# A host that drops packets would hold a command for minutes.
CONNECT_PATIENCE_SECONDS = 10


# What Postgres keeps of a program's name.
LONGEST_NAME = 63
NEVER_MIGRATED = "the database was never migrated; run `shopmart migrate`"


class Role(StrEnum):
    """Who connects; the values are Postgres role names. OWNER is the user of the database URL."""

    OWNER = "owner"
    LANDING = "shopmart_landing"
    LOADER = "shopmart_loader"
    DBT = "shopmart_dbt"
    READER = "shopmart_reader"
    CONTROL = "shopmart_control"
    DAGSTER = "shopmart_dagster"


SERVICE_ROLES = [role for role in Role if role is not Role.OWNER]


def role_password(settings: Settings, role: Role) -> str:
    """The password of a service role, derived from the secret key so that nothing is stored."""
    return derived_key(settings, f"role:{role.value}").hex()


def dsn(settings: Settings, role: Role) -> str:
    """The database URL for a role; raises ConfigurationError when there is no database URL."""
    if settings.database_url is None:
        raise ConfigurationError(
            "SHOPMART_DATABASE_URL: is missing and no embedded Postgres was started; "
            "set it, or start one with `shopmart demo`"
        )
    url = settings.database_url.get_secret_value()
    if role is Role.OWNER:
        return url
    return url_for_role(url, user=role.value, password=role_password(settings, role))


@contextmanager
def connect(
    settings: Settings, role: Role, *, autocommit: bool = False
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection that commits at the end, rolls back on an error and is closed either way."""
    with open_connection(settings, role, autocommit=autocommit) as connection:
        yield connection


def open_connection(
    settings: Settings, role: Role, *, autocommit: bool = False
) -> psycopg.Connection[tuple[object, ...]]:
    """An open connection that the caller closes; raises DatabaseUnavailable with the cause."""
    try:
        return psycopg.connect(
            dsn(settings, role),
            autocommit=autocommit,
            application_name=program_name(role.value),
            connect_timeout=CONNECT_PATIENCE_SECONDS,
        )
    except psycopg.Error as error:
        cause = " ".join(str(error).split())
        if role is not Role.OWNER and _was_never_migrated(settings):
            raise DatabaseUnavailable(NEVER_MIGRATED) from None
        raise DatabaseUnavailable(
            f"Postgres cannot be reached as {role.value}: {cause}; check SHOPMART_DATABASE_URL, "
            "that SHOPMART_SECRET_KEY is the one `shopmart migrate` ran with, and that it has run"
        ) from None


def program_name(work: str) -> str:
    """How a connection is named in Postgres: its work, its process and the machine's name."""
    return f"shopmart {work} {os.getpid()}@{socket.gethostname()}"[:LONGEST_NAME]


def _was_never_migrated(settings: Settings) -> bool:
    try:
        with open_connection(settings, Role.OWNER) as connection:
            known = connection.execute("select to_regclass('public.shopmart_migrations')")
            return known.fetchone() == (None,)
    except (psycopg.Error, DatabaseUnavailable):
        return False


@contextmanager
def advisory_lock(connection: psycopg.Connection[tuple[object, ...]], name: str) -> Iterator[None]:
    """Hold a named lock of this database, waiting for it; raises LockHeld after an hour."""
    with _no_transaction_left(connection):
        take_lock(connection, name)
    try:
        yield
    finally:
        _unlock(connection, name)


@contextmanager
def try_advisory_lock(
    connection: psycopg.Connection[tuple[object, ...]], name: str
) -> Iterator[bool]:
    """Hold a named lock of this database if it is free; yields whether it is held."""
    with _no_transaction_left(connection):
        row = connection.execute(
            "select pg_try_advisory_lock(hashtextextended(%s, 0))", [name]
        ).fetchone()
    held = bool(row and row[0])
    try:
        yield held
    finally:
        if held:
            _unlock(connection, name)


@contextmanager
def _no_transaction_left(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[None]:
    # A session lock outlives its transaction; one left open would be ended as idle, lock and all.
    idle = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    yield
    if idle and not connection.autocommit:
        connection.commit()


def _unlock(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    # A broken connection or an aborted transaction gives the lock up by its own end.
    if connection.closed or connection.broken:
        return
    if connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
        connection.rollback()
    with _no_transaction_left(connection):
        connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [name])
