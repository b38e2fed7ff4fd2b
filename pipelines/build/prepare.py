"""Before dbt, in one transaction: what this build recomputes, new keys and old.

The keys are kept until a build has succeeded, so a killed build loses none. A full refresh is a
build that names everything; so is the build after a full refresh that failed.
"""

from dataclasses import dataclass
from typing import Any

import psycopg

from pipelines.build.identity import resolve_identities
from pipelines.build.statements import statement
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
TEMPORARY = {
    "begun_loads": "load_id text primary key",
    "begun_orders": "tenant_id bigint, order_id bigint",
    "begun_buyers": "tenant_id bigint, buyer_key uuid",
    "identities": "",
}


@dataclass(frozen=True)
class Begun:
    """What a build began with."""

    build_id: int
    build_group: str
    full_refresh: bool
    loads: int
    orders: int
    buyers: int


def prepare(
    connection: Connection,
    settings: Settings,
    *,
    group: str,
    full_refresh: bool,
    marts: list[str],
) -> Begun:
    """Name what is dirty; `marts` are the tables that the models keep."""
    with connection.transaction():
        missing = [mart for mart in marts if not _exists(connection, mart)]
        unfinished = _close_abandoned(connection, group)
        full = full_refresh or unfinished or bool(missing)
        _forget_last_build(connection)
        parameters = {"build_group": group, "full_refresh": full}
        connection.execute("select control.refresh_statistics()")
        _name_dirty(connection, settings, parameters, has_marts=not missing)
        connection.execute("select control.refresh_statistics()")
        return _begin(connection, group=group, full_refresh=full)


def _name_dirty(
    connection: Connection, settings: Settings, parameters: dict[str, Any], *, has_marts: bool
) -> None:
    if _exists(connection, "raw._dlt_loads"):
        connection.execute(statement("begun_loads"), parameters)
    names = ["touched_orders", "moved_zones", "zones"]
    if parameters["full_refresh"]:
        names.append("every_order")
    if has_marts:
        names += ["old_buyers", "old_days"]
    for name in names:
        connection.execute(statement(name), parameters)
    resolve_identities(connection, settings, parameters)
    connection.execute(statement("new_buyers_dirty"), parameters)


def _begin(connection: Connection, *, group: str, full_refresh: bool) -> Begun:
    """Note what was named and open the build's row."""
    for name in ("begun_orders", "begun_buyers"):
        connection.execute(statement(name), {"build_group": group})
    loads = _number(connection, "select count(*) from begun_loads")
    orders = _number(connection, "select count(*) from begun_orders")
    buyers = _number(connection, "select count(*) from begun_buyers")
    build_id = _number(
        connection,
        "insert into control.builds (build_group, full_refresh, loads) values (%s, %s, %s)"
        " returning build_id",
        [group, full_refresh, loads],
    )
    return Begun(build_id, group, full_refresh, loads, orders, buyers)


def _close_abandoned(connection: Connection, group: str) -> bool:
    """Close builds that died (their lock is ours); whether the last one was a full refresh."""
    connection.execute(
        "update control.builds set status = 'failed', finished_at = now(),"
        " error = 'the process ended before the build did'"
        " where status = 'running' and build_group = %s",
        [group],
    )
    row = connection.execute(
        "select status = 'failed' and full_refresh from control.builds where build_group = %s"
        " order by build_id desc limit 1",
        [group],
    ).fetchone()
    return bool(row and row[0])


def _forget_last_build(connection: Connection) -> None:
    for table, columns in TEMPORARY.items():
        connection.execute(f"drop table if exists pg_temp.{table}")
        if columns:
            connection.execute(f"create temporary table {table} ({columns})")


def _exists(connection: Connection, relation: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", [relation]).fetchone()
    return bool(row and row[0])


def _number(connection: Connection, query: str, parameters: list[Any] | None = None) -> int:
    row = connection.execute(query, parameters).fetchone()
    return int(row[0]) if row else 0
