"""What was read from Shopify, when, with what result, and how far: syncs and cursors."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import psycopg
from psycopg.types.json import Jsonb

from warehouse.locks import lock_is_held, sync_lock

Connection = psycopg.Connection[tuple[Any, ...]]

KILLED = "the process ended before the sync did"
KILLED_HINT = "it is repeated by the next sync"


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
    skipped: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cursor:
    """Until when a resource was read, and what of it: a fingerprint of the fields asked for."""

    read_until: datetime
    fields_sha256: str | None


def begin_sync(connection: Connection, tenant_id: int, *, trigger: str) -> int:
    """Record that a sync began; one left running by a killed process is recorded as failed.

    The caller holds the tenant's sync lock, so that no running sync can be alive.
    """
    connection.execute(
        "update control.syncs set status = 'failed', finished_at = now(),"
        " error = %s, hint = %s where tenant_id = %s and status = 'running'",
        [KILLED, KILLED_HINT, tenant_id],
    )
    ((sync_id,),) = connection.execute(
        "insert into control.syncs (tenant_id, trigger) values (%s, %s) returning sync_id",
        [tenant_id, trigger],
    ).fetchall()
    return int(sync_id)


def finish_sync(
    connection: Connection,
    tenant_id: int,
    sync_id: int,
    *,
    counts: Mapping[str, int],
    skipped: Mapping[str, str] | None = None,
) -> None:
    """Record success: the documents of each resource, and why others were left out."""
    connection.execute(
        "update control.syncs set status = 'succeeded', finished_at = now(), counts = %s,"
        " skipped = %s where tenant_id = %s and sync_id = %s",
        [Jsonb(dict(counts)), Jsonb(dict(skipped or {})), tenant_id, sync_id],
    )


def fail_sync(
    connection: Connection, tenant_id: int, sync_id: int, *, error: str, hint: str | None
) -> None:
    """Record failure in Shopify's or our own words, and the cure."""
    connection.execute(
        "update control.syncs set status = 'failed', finished_at = now(), error = %s, hint = %s"
        " where tenant_id = %s and sync_id = %s",
        [storable(error), hint and storable(hint), tenant_id, sync_id],
    )


def latest_sync(connection: Connection, tenant_id: int) -> Sync | None:
    """The newest sync of a tenant; one whose process was killed is told as failed.

    A sync holds its tenant's lock from before its row stands until after it has ended: where the
    lock is free, and the row read after that still says running, nobody is at work on it.
    """
    sync = _newest(connection, tenant_id)
    if sync is None or sync.status != "running" or lock_is_held(connection, sync_lock(tenant_id)):
        return sync
    again = _newest(connection, tenant_id)
    if again is None or again.sync_id != sync.sync_id or again.status != "running":
        return again
    return replace(again, status="failed", error=KILLED, hint=KILLED_HINT)


def _newest(connection: Connection, tenant_id: int) -> Sync | None:
    row = connection.execute(
        "select sync_id, status, trigger, started_at, finished_at, counts, error, hint, skipped"
        " from control.syncs where tenant_id = %s order by sync_id desc limit 1",
        [tenant_id],
    ).fetchone()
    return Sync(*row) if row else None


def read_cursor(connection: Connection, tenant_id: int, resource: str) -> Cursor | None:
    """How far a resource was read; None before its first complete reading."""
    row = connection.execute(
        "select read_until, fields_sha256 from control.cursors"
        " where tenant_id = %s and resource = %s",
        [tenant_id, resource],
    ).fetchone()
    return Cursor(*row) if row else None


def move_cursor(connection: Connection, tenant_id: int, resource: str, to: Cursor) -> None:
    """Move a cursor over proven data (law L4), never backwards over the same fields."""
    connection.execute(
        "insert into control.cursors as known (tenant_id, resource, read_until, fields_sha256)"
        " values (%s, %s, %s, %s) on conflict (tenant_id, resource) do update set moved_at = now(),"
        " fields_sha256 = excluded.fields_sha256,"
        " read_until = case when known.fields_sha256 is distinct from excluded.fields_sha256"
        " then excluded.read_until else greatest(known.read_until, excluded.read_until) end",
        [tenant_id, resource, to.read_until, to.fields_sha256],
    )


def storable(text: str) -> str:
    """A text as Postgres takes it: Shopify's own words can hold what it refuses."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
