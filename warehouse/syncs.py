"""What was read from Shopify, when, with what result, and how far: syncs and cursors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Sync:
    """One reading of a tenant's shop; ``counts`` are documents for each resource."""

    sync_id: int
    status: Literal["running", "succeeded", "failed"]
    trigger: str
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    error: str | None
    hint: str | None


def begin_sync(connection: Connection, tenant_id: int, *, trigger: str) -> int:
    """Record that a sync began; one left running by a killed process is recorded as failed.

    The caller holds the tenant's sync lock, so that no running sync can be alive.
    """
    connection.execute(
        "update control.syncs set status = 'failed', finished_at = now(),"
        " error = 'the process ended before the sync did', hint = 'it is repeated by the next sync'"
        " where tenant_id = %s and status = 'running'",
        [tenant_id],
    )
    ((sync_id,),) = connection.execute(
        "insert into control.syncs (tenant_id, trigger) values (%s, %s) returning sync_id",
        [tenant_id, trigger],
    ).fetchall()
    return int(sync_id)


def finish_sync(
    connection: Connection, tenant_id: int, sync_id: int, *, counts: Mapping[str, int]
) -> None:
    """Record success with the number of documents of each resource."""
    connection.execute(
        "update control.syncs set status = 'succeeded', finished_at = now(), counts = %s"
        " where tenant_id = %s and sync_id = %s",
        [Jsonb(dict(counts)), tenant_id, sync_id],
    )


def fail_sync(
    connection: Connection, tenant_id: int, sync_id: int, *, error: str, hint: str | None
) -> None:
    """Record failure in Shopify's or our own words, and the cure."""
    connection.execute(
        "update control.syncs set status = 'failed', finished_at = now(), error = %s, hint = %s"
        " where tenant_id = %s and sync_id = %s",
        [_storable(error), hint and _storable(hint), tenant_id, sync_id],
    )


def latest_sync(connection: Connection, tenant_id: int) -> Sync | None:
    """The newest sync of a tenant, whatever its state."""
    row = connection.execute(
        "select sync_id, status, trigger, started_at, finished_at, counts, error, hint"
        " from control.syncs where tenant_id = %s order by sync_id desc limit 1",
        [tenant_id],
    ).fetchone()
    return Sync(*row) if row else None


def read_cursor(connection: Connection, tenant_id: int, resource: str) -> datetime | None:
    """Until when a resource was read; None before its first complete reading."""
    row = connection.execute(
        "select read_until from control.cursors where tenant_id = %s and resource = %s",
        [tenant_id, resource],
    ).fetchone()
    return row[0] if row else None


def move_cursor(connection: Connection, tenant_id: int, resource: str, to: datetime) -> None:
    """Move a cursor over proven data, never backwards (law L4)."""
    connection.execute(
        "insert into control.cursors as known (tenant_id, resource, read_until) values (%s, %s, %s)"
        " on conflict (tenant_id, resource) do update set moved_at = now(),"
        " read_until = greatest(known.read_until, excluded.read_until)",
        [tenant_id, resource, to],
    )


def _storable(text: str) -> str:
    # Shopify's own words can hold what Postgres refuses; the record of a failure must not fail.
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
