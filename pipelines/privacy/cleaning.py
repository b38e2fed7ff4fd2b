"""After an erasure: files that loads and syncs left behind, and the dead rows of its tables.

A process that was killed leaves what it exported or packed; what a running one holds is its own to
delete, and the receipt waits for that.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pipelines.load import LANES, lane_lock, work_folder
from pipelines.privacy.erase import Receipt
from warehouse.connections import Role, connect, try_advisory_lock
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
SCHEMAS = ["control", "landing", "raw", "staging", "marts"]
_OWN_TABLES = """
select tables.schemaname, tables.tablename from pg_catalog.pg_tables as tables
where tables.tableowner = current_user and tables.schemaname = any(%s)
    and exists (
        select 1 from pg_catalog.pg_attribute as attribute
        where attribute.attname = 'tenant_id' and not attribute.attisdropped
            and attribute.attrelid
                = format('%%I.%%I', tables.schemaname, tables.tablename)::regclass
    )
order by 1, 2
"""
_CLEANED = """
update control.receipts set cleaned_at = now()
where tenant_id = %s and topic = %s and webhook_id = %s and cleaned_at is null
"""


def clean(settings: Settings, receipts: Sequence[Receipt]) -> None:
    """Delete files, vacuum, and say on each receipt that it was done, where it was."""
    forget_packages(settings)
    in_use = {tenant for tenant in {one.tenant_id for one in receipts} if _in_use(settings, tenant)}
    done = [one for one in receipts if one.tenant_id not in in_use]
    if not done:
        return
    vacuum(settings)
    with connect(settings, Role.OWNER) as owner:
        for one in done:
            owner.execute(_CLEANED, [one.tenant_id, one.topic, one.webhook_id])


def forget_packages(settings: Settings) -> None:
    """Delete what a killed load left of its packages."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        for lane in LANES:
            with try_advisory_lock(connection, lane_lock(lane)) as held:
                if held:
                    shutil.rmtree(work_folder(settings, lane), ignore_errors=True)


def forget_exports(settings: Settings, tenant_id: int | None = None) -> int:
    """Delete exports that no process holds, of one tenant or all; returns how many are held."""
    held = 0
    for folder in _exports(settings, tenant_id):
        if _is_held(folder):
            held += 1
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return held


def vacuum(settings: Settings) -> None:
    """Take the dead rows out of every table of tenants, each as the role that owns it."""
    for role in (Role.OWNER, Role.DBT):
        with connect(settings, role, autocommit=True) as connection:
            # The service's own bound on statements is for queries.
            connection.execute("set statement_timeout = 0")
            for schema, table in connection.execute(_OWN_TABLES, [SCHEMAS]).fetchall():
                name = sql.Identifier(str(schema), str(table))
                # A build that runs meanwhile replaces tables.
                with suppress(psycopg.errors.UndefinedTable):
                    connection.execute(sql.SQL("vacuum {}").format(name))


def _in_use(settings: Settings, tenant_id: int) -> bool:
    return bool(forget_exports(settings, tenant_id))


def _exports(settings: Settings, tenant_id: int | None) -> Iterator[Path]:
    whose = "*" if tenant_id is None else str(tenant_id)
    yield from (settings.home_path / "exports").glob(f"tenant-{whose}-*")


def _is_held(folder: Path) -> bool:
    """Whether a living process has the folder locked; its lock ends with it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
