"""Sweeps on record: when a shop's ids were compared with ours, and with what result."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from warehouse.syncs import KILLED_HINT, storable

Connection = psycopg.Connection[tuple[Any, ...]]
KILLED = "the process ended before the sweep did"


def sweep_lock(tenant_id: int) -> str:
    """Held while a shop is swept."""
    return f"sweep:{tenant_id}"


def begin_sweep(connection: Connection, tenant_id: int, *, trigger: str) -> int:
    """Record that a sweep began; the caller holds the lock, so one that still runs was killed."""
    connection.execute(
        "update control.sweeps set status = 'failed', finished_at = now(), error = %s, hint = %s"
        " where tenant_id = %s and status = 'running'",
        [KILLED, KILLED_HINT.replace("sync", "sweep"), tenant_id],
    )
    ((sweep_id,),) = connection.execute(
        "insert into control.sweeps (tenant_id, trigger) values (%s, %s) returning sweep_id",
        [tenant_id, trigger],
    ).fetchall()
    return int(sweep_id)


def finish_sweep(
    connection: Connection, tenant_id: int, sweep_id: int, *, counts: Mapping[str, Any]
) -> None:
    """Record success with the figures of each resource."""
    connection.execute(
        "update control.sweeps set status = 'succeeded', finished_at = now(), counts = %s"
        " where tenant_id = %s and sweep_id = %s",
        [Jsonb(dict(counts)), tenant_id, sweep_id],
    )


def fail_sweep(
    connection: Connection, tenant_id: int, sweep_id: int, *, error: str, hint: str | None
) -> None:
    """Record failure in Shopify's or our own words, and the cure."""
    connection.execute(
        "update control.sweeps set status = 'failed', finished_at = now(), error = %s, hint = %s"
        " where tenant_id = %s and sweep_id = %s",
        [storable(error), hint and storable(hint), tenant_id, sweep_id],
    )
