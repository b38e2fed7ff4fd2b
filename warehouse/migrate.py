"""Brings a database to the present schema: numbered SQL files, each applied once, in order.

The files' hashes are kept: a file that changed after it was applied is an error, not a surprise.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources

import psycopg

from warehouse.connections import Role, advisory_lock, open_connection
from warehouse.errors import MigrationError
from warehouse.roles import make_roles
from warehouse.settings import Settings

OLDEST_POSTGRES = 15
# How Postgres speaks of what a migration would have made or granted.
REFUSED_BY_OLDER = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.UndefinedTable,
)


def migration_files() -> list[tuple[str, str]]:
    """The migrations as (name, SQL text), in order of their number."""
    folder = resources.files("warehouse").joinpath("migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def migrate(settings: Settings, *, on_applied: Callable[[str], None] | None = None) -> list[str]:
    """Apply what is missing, as the owner; returns the names applied.

    Raises MigrationError when an applied file has changed, is unknown here, or Postgres is too old.
    """
    with (
        open_connection(settings, Role.OWNER, autocommit=True) as connection,
        advisory_lock(connection, "migrate"),
    ):
        _check_server(connection)
        with connection.transaction():
            _make_roles(connection, settings)
            connection.execute(
                "create table if not exists public.shopmart_migrations (name text primary key,"
                " sha256 text not null, applied_at timestamptz not null default now())"
            )
        missing = _missing(connection)
        for name, text in missing:
            _apply(connection, name, text)
            if on_applied:
                on_applied(name)
        return [name for name, _ in missing]


def pending_migrations(settings: Settings) -> list[str]:
    """The names that ``migrate`` would apply."""
    with open_connection(settings, Role.OWNER, autocommit=True) as connection:
        row = connection.execute("select to_regclass('public.shopmart_migrations')").fetchone()
        if row is None or row[0] is None:
            return [name for name, _ in migration_files()]
        return [name for name, _ in _missing(connection)]


@contextmanager
def schema_explained(settings: Settings) -> Iterator[None]:
    """Raise MigrationError in place of what a database of an older schema refuses or lacks."""
    try:
        yield
    except REFUSED_BY_OLDER as error:
        if not (missing := pending_migrations(settings)):
            raise
        raise MigrationError(
            f"the database lacks {len(missing)} migrations, from {missing[0]} on "
            f"({' '.join(str(error).split())}); run `shopmart migrate`"
        ) from None


def _check_server(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST_POSTGRES:
        raise MigrationError(
            f"Postgres {version} is too old; Shopmart needs {OLDEST_POSTGRES} or newer"
        )


def _make_roles(connection: psycopg.Connection[tuple[object, ...]], settings: Settings) -> None:
    try:
        make_roles(connection, settings)
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationError(
            f"the user of SHOPMART_DATABASE_URL may not make Shopmart's roles: {error}; "
            "let it own the database and grant it CREATEROLE"
        ) from None


def _missing(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[str, str]]:
    rows = connection.execute("select name, sha256 from public.shopmart_migrations").fetchall()
    applied = {str(name): str(digest) for name, digest in rows}
    files = migration_files()
    if unknown := sorted(set(applied) - {name for name, _ in files}):
        raise MigrationError(
            f"the database was migrated by a later Shopmart ({', '.join(unknown)}); "
            "run that version or a later one"
        )
    for name, text in files:
        if name in applied and applied[name] != _digest(text):
            raise MigrationError(
                f"{name} was changed after it was applied; restore it and add a migration instead"
            )
    return [(name, text) for name, text in files if name not in applied]


def _apply(connection: psycopg.Connection[tuple[object, ...]], name: str, text: str) -> None:
    try:
        with connection.transaction():
            connection.execute(text.encode())
            connection.execute(
                "insert into public.shopmart_migrations (name, sha256) values (%s, %s)",
                [name, _digest(text)],
            )
    except psycopg.Error as error:
        raise MigrationError(f"{name} failed and was rolled back: {error}") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
