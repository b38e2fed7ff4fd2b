"""A backup is a folder: one dump of the whole database, and a note of what belongs to it.

The dump is one snapshot, taken while everything runs. Roles are no part of it: a restore makes them
as ``migrate`` does, with passwords from the secret key, so it needs the key that the backup was
made with, and a database user of the same name. A restore happens whole or not at all.
"""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from warehouse.connections import Role, connect, open_connection
from warehouse.errors import BackupFailed, MigrationError
from warehouse.migrate import migrate, migration_files
from warehouse.postgres_tools import run_tool, server_major
from warehouse.roles import make_roles
from warehouse.secrets import key_mark
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
DUMP, NOTE = "shopmart.dump", "shopmart.json"
FORMAT = 1
# What loads leave behind there is delivered again by its source.
NOT_NEEDED = "raw_stage_*.*"
CHUNK = 1 << 20


def back_up(settings: Settings, folder: Path) -> Path:
    """Write a backup into a folder that is made for it; returns the dump's path.

    Raises BackupFailed: where the folder holds a backup already, or in pg_dump's own words.
    """
    dump, note = folder / DUMP, folder / NOTE
    if dump.exists() or note.exists():
        raise BackupFailed(f"{folder} holds a backup already; name another folder")
    unfinished = dump.with_suffix(".partial")
    try:
        if folder.is_dir() and any(one != unfinished for one in folder.iterdir()):
            raise BackupFailed(f"{folder} is not empty; name a folder that is made for the backup")
        # It holds people's data and sealed credentials.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        written = _note(settings)
        run_tool(
            settings,
            "pg_dump",
            "--format=custom",
            f"--exclude-table-data={NOT_NEEDED}",
            f"--file={unfinished}",
        )
        written |= {"sha256": _digest(unfinished), "bytes": unfinished.stat().st_size}
        note.touch(mode=0o600)
        note.write_text(json.dumps(written, indent=2) + "\n")
        # The dump has its name last: a folder with a dump is a whole backup.
        unfinished.rename(dump)
    except OSError as error:
        raise BackupFailed(f"{error.filename or folder}: {error.strerror}") from None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
            if not dump.exists():
                note.unlink(missing_ok=True)
    return dump


def restore(
    settings: Settings, folder: Path, *, on_step: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Fill an empty database from a backup, then migrate it; returns the migrations applied.

    Raises BackupFailed with cause and cure; the database is then as empty as it was.
    """
    note = _read(folder)
    on_step("checking the dump")
    if _digest(folder / DUMP) != note.get("sha256"):
        raise BackupFailed(f"{folder / DUMP} is not the file that was written: damaged, or cut")
    with open_connection(settings, Role.OWNER, autocommit=True) as owner:
        _check_target(settings, owner, note)
        on_step("making the roles")
        try:
            with owner.transaction():
                make_roles(owner, settings)
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupFailed(
                f"the user of SHOPMART_DATABASE_URL may not make Shopmart's roles: {error}; "
                "let it own the database and grant it CREATEROLE"
            ) from None
    on_step("restoring")
    run_tool(
        settings,
        "pg_restore",
        *("--single-transaction", "--exit-on-error", f"--dbname={_database(settings)}"),
        str(folder / DUMP),
    )
    on_step("migrating")
    try:
        applied = migrate(settings)
    except MigrationError as error:
        raise BackupFailed(f"restored, but not brought to the present schema: {error}") from None
    on_step("giving the planner its statistics")
    with open_connection(settings, Role.OWNER, autocommit=True) as owner:
        owner.execute("analyze")
    return applied


def _note(settings: Settings) -> dict[str, Any]:
    with connect(settings, Role.OWNER) as owner:
        known = owner.execute("select to_regclass('public.shopmart_migrations')").fetchone()
        if not known or known[0] is None:
            raise BackupFailed("there is nothing to back up: the database was never migrated")
        migrations = owner.execute("select name from public.shopmart_migrations order by name")
        names = [str(row[0]) for row in migrations]
        user = owner.info.user
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "owner": user,
        "postgres": server_major(settings),
        "migrations": names,
        "key_mark": key_mark(settings.encryption_keys[0]),
    }


def _read(folder: Path) -> dict[str, Any]:
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        (folder / DUMP).stat()
    except OSError as error:
        raise BackupFailed(
            f"{folder} holds no backup: {error.filename}: {error.strerror}"
        ) from None
    except ValueError:
        note = None
    if not isinstance(note, dict) or note.get("format") != FORMAT:
        raise BackupFailed(f"{folder / NOTE} is no note of a backup that this version can read")
    return note


def _check_target(settings: Settings, owner: Connection, note: dict[str, Any]) -> None:
    """Refuse before anything is written what would fail, or spoil what stands there."""
    known = owner.execute(
        "select count(*) from pg_namespace where nspname in"
        " ('control', 'landing', 'raw', 'staging', 'marts', 'dagster')"
    ).fetchone()
    if known and known[0]:
        raise BackupFailed(
            "the database is not empty; set SHOPMART_DATABASE_URL to an empty one, or SHOPMART_HOME"
            " to another folder for an embedded Postgres of its own"
        )
    if unknown := sorted(set(note["migrations"]) - {name for name, _ in migration_files()}):
        raise BackupFailed(
            f"the backup was made by a later Shopmart ({', '.join(unknown)}); restore it with that "
            "version or a later one"
        )
    if note["key_mark"] not in {key_mark(key) for key in settings.encryption_keys}:
        raise BackupFailed(
            "the backup was made with another SHOPMART_SECRET_KEY, without which no credential in "
            "it opens; set that one, or SHOPMART_SECRET_KEY=new,old"
        )
    if owner.info.user != note["owner"]:
        raise BackupFailed(
            f"the backup's tables belong to the user {note['owner']}, and this database's URL names"
            f" {owner.info.user}; restore as a user of that name"
        )
    if server_major(settings) < note["postgres"]:
        raise BackupFailed(
            f"the backup comes from Postgres {note['postgres']}, and this server is older; restore"
            " into the same version or a newer one"
        )


def _database(settings: Settings) -> str:
    with connect(settings, Role.OWNER) as owner:
        return str(owner.info.dbname)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for chunk in iter(lambda: file.read(CHUNK), b""):
                digest.update(chunk)
    except OSError as error:
        raise BackupFailed(f"{path}: {error.strerror}") from None
    return digest.hexdigest()
