"""Before dbt, in one transaction: what this build recomputes, new keys and old.

The keys are kept until a build has succeeded, so a killed build loses none. A full refresh is a
build that names everything; so is the build after a full refresh that failed, and the first one
after a release that changed a table's columns. It is always of all models: views stand on tables.
"""

from dataclasses import dataclass
from typing import Any

import psycopg

from pipelines.build.catalog import exists, outdated
from pipelines.build.groups import GROUPS, WHOLE, Model, consumers_of, members
from pipelines.build.identity import resolve_identities
from pipelines.build.statements import statement
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
TEMPORARY = {
    "begun_loads": "load_id text primary key",
    "identities": "",
}
# What the loads and the tenants' settings make dirty. Zones are noted after the orders they move.
TOUCHED = (
    *("touched_orders", "merged_customers", "merged_orders", "touched_checkouts"),
    *("moved_zones", "moved_checkouts", "zones"),
)
EVERYTHING = ("every_order", "every_checkout")
# Where the dirty orders stand, noted for every group, and the marts that say so.
STANDING = {
    "old_buyers": ["marts.orders"],
    "old_days": ["marts.orders", "marts.ledger"],
    "old_checkouts": ["marts.checkout_lives"],
    "merged_checkouts": ["marts.checkout_lives"],
    "old_list_days": ["marts.orders", "marts.refunds", "marts.checkout_lives"],
}
# What only a build of all models consumes.
TOUCHED_WHOLE = ("touched_products", "merged_buyers")
STANDING_WHOLE = {
    "old_products": ["marts.order_lines", "marts.products"],
    "old_cash_days": ["staging.int_cash_moves"],
}
BUYERS_MONTHS = "staging.int_buyer_months"


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
    models: list[Model],
) -> Begun:
    """Name what is dirty; `models` are the tables that the models keep."""
    with connection.transaction():
        unfinished = group == WHOLE and _refresh_never_ended(connection)
        full = full_refresh or unfinished or bool(outdated(connection, members(group, models)))
        if full:
            group = WHOLE
        _forget_last_build(connection)
        parameters = {
            "build_group": group,
            "full_refresh": full,
            "groups": list(GROUPS),
            "consumers": consumers_of(group),
        }
        connection.execute("select control.refresh_statistics()")
        _name_dirty(connection, settings, parameters)
        connection.execute("select control.refresh_statistics()")
        return _begin(connection, group=group, full_refresh=full)


def _name_dirty(connection: Connection, settings: Settings, parameters: dict[str, Any]) -> None:
    whole = parameters["build_group"] == WHOLE
    if exists(connection, "raw._dlt_loads"):
        connection.execute(statement("begun_loads"), parameters)
    names = [*TOUCHED, *(EVERYTHING if parameters["full_refresh"] else ()), "order_checkouts"]
    for name, marts in (STANDING | (STANDING_WHOLE if whole else {})).items():
        names += [name] if all(exists(connection, mart) for mart in marts) else []
    for name in [*names, *(TOUCHED_WHOLE if whole else ())]:
        connection.execute(statement(name), parameters)
    resolve_identities(connection, settings, parameters, with_customers=whole)
    if whole:
        connection.execute(statement("new_buyers_dirty"), parameters)
        if exists(connection, BUYERS_MONTHS):
            connection.execute(statement("old_cohorts"), parameters)


def _begin(connection: Connection, *, group: str, full_refresh: bool) -> Begun:
    """Count what was named and open the build's row."""
    due = "select count(*) from control.{} where build_group = %s"
    loads = _number(connection, "select count(*) from begun_loads")
    orders = _number(connection, due.format("dirty_orders"), [group])
    buyers = _number(connection, due.format("dirty_buyers"), [group])
    build_id = _number(
        connection,
        "insert into control.builds (build_group, full_refresh, loads) values (%s, %s, %s)"
        " returning build_id",
        [group, full_refresh, loads],
    )
    return Begun(build_id, group, full_refresh, loads, orders, buyers)


def _refresh_never_ended(connection: Connection) -> bool:
    """Whether the last build of all models was a full refresh that failed or died."""
    row = connection.execute(
        "select status = 'failed' and full_refresh from control.builds where build_group = %s"
        " order by build_id desc limit 1",
        [WHOLE],
    ).fetchone()
    return bool(row and row[0])


def _forget_last_build(connection: Connection) -> None:
    for table, columns in TEMPORARY.items():
        connection.execute(f"drop table if exists pg_temp.{table}")
        if columns:
            connection.execute(f"create temporary table {table} ({columns})")


def _number(connection: Connection, query: str, parameters: list[Any] | None = None) -> int:
    row = connection.execute(query, parameters).fetchone()
    return int(row[0]) if row else 0
