"""The Postgres roles of Shopmart: made by ``migrate``, with least rights and their own limits."""

import psycopg
from psycopg import sql

from warehouse.connections import SERVICE_ROLES, Role, role_password
from warehouse.settings import Settings

# The planner's default takes an SSD for a disk and scans whole tables on each merge.
COMMON_LIMITS = {
    "random_page_cost": "1.1",
    "idle_in_transaction_session_timeout": "10min",
    # A server that writes nothing to its client does not notice that the client was killed.
    "client_connection_check_interval": "2s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
ROLE_LIMITS: dict[Role, dict[str, str]] = {
    Role.LANDING: {"statement_timeout": "10s"},
    Role.LOADER: {"statement_timeout": "30min"},
    Role.DBT: {"statement_timeout": "30min", "lock_timeout": "5min"},
    Role.READER: {"statement_timeout": "15s", "default_transaction_read_only": "on"},
    Role.CONTROL: {"statement_timeout": "15s"},
    Role.DAGSTER: {"search_path": "dagster", "statement_timeout": "5min"},
}


def make_roles(connection: psycopg.Connection[tuple[object, ...]], settings: Settings) -> None:
    """Create what is missing and set every password and limit to what the settings derive."""
    for role in SERVICE_ROLES:
        _make_role(connection, role, role_password(settings, role))
    _grant_database(connection)


def _make_role(
    connection: psycopg.Connection[tuple[object, ...]], role: Role, password: str
) -> None:
    name = sql.Identifier(role.value)
    exists = connection.execute(
        "select 1 from pg_roles where rolname = %s", [role.value]
    ).fetchone()
    if not exists:
        connection.execute(sql.SQL("create role {} login noinherit").format(name))
        # Default privileges for a role can only be set by one of its members.
        connection.execute(sql.SQL("grant {} to current_user").format(name))
    connection.execute(sql.SQL("alter role {} password {}").format(name, sql.Literal(password)))
    for limit, value in {**COMMON_LIMITS, **ROLE_LIMITS[role]}.items():
        connection.execute(
            sql.SQL("alter role {} set {} = {}").format(
                name, sql.Identifier(limit), sql.Literal(value)
            )
        )


def _grant_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("revoke all on database {} from public").format(database))
    for role in SERVICE_ROLES:
        connection.execute(
            sql.SQL("grant connect on database {} to {}").format(
                database, sql.Identifier(role.value)
            )
        )
    # dbt makes temporary tables for the rows of an incremental step.
    connection.execute(
        sql.SQL("grant temporary on database {} to {}").format(
            database, sql.Identifier(Role.DBT.value)
        )
    )
