"""A database of an earlier commit is migrated by the present code and keeps every row.

The rule: a migration is *released* once its line (as ``sha256sum`` writes it) stands in
``released.sha256`` beside it; from then on it is never edited, and only the newest migration may be
unreleased.
An unreleased migration may still be edited, and databases made with its old text are refused by
``migrate``. So these tests start from the newest earlier commit whose migrations all stand
unedited today: the previous commit as a rule, and also the newest one that lacks a migration.
"""

import hashlib
import io
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.warehouse.copies import migrate_with
from warehouse.connections import Role, connect, dsn
from warehouse.embedded_place import wheel_binaries
from warehouse.migrate import migrate, migration_files, pending_migrations
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = "warehouse/migrations"
RELEASED = ROOT / MIGRATIONS / "released.sha256"
STARTS = ("the previous commit", "a commit with fewer migrations")
SCHEMAS = ("control", "landing", "raw")
# A queue that only the build emptied: each of its orders stands in control.dirty_orders as well.
DROPPED = ("control.dirty_refunds",)
ROWS = """
insert into control.tenants (name, shop_domain, currency)
    values ('One', 'one.myshopify.com', 'EUR'), ('Two', 'two.myshopify.com', 'JPY');
insert into control.credentials (tenant_id, sealed) values (1, 'sealed one'), (2, 'sealed two');
insert into control.syncs (tenant_id, trigger, status) values (1, 'manual', 'succeeded');
insert into control.cursors (tenant_id, resource, read_until) values (1, 'orders', '2026-03-01Z');
insert into control.refetch_orders (tenant_id, order_id, reason) values (2, 7, 'edited');
insert into control.load_batches (load_id) values ('first');
insert into control.build_loads (load_id, build_group) values ('first', 'all');
insert into control.buyers (tenant_id, identity_hash) values (1, 'hash'), (2, 'hash');
insert into control.data_versions (tenant_id, data_version) values (1, 5);
insert into landing.webhook_events (tenant_id, webhook_id, topic, shop_domain, headers, body)
    values (1, 'w', 'orders/create', 'one.myshopify.com', '{}', '{"id": 7}');
insert into landing.quarantine (tenant_id, topic, webhook_id, reason)
    values (2, 'orders/create', 'w', 'broken');
insert into raw.orders (tenant_id, id, origin, updated_at, triggered_at, payload, _dlt_load_id)
    values (1, 7, 'admin', now(), now(), '{"name": "#1"}', 'first'),
           (2, 7, 'admin', now(), now(), '{"name": "#2"}', 'first');
"""


def git(*arguments: str) -> bytes | None:
    """What git says; None where there is no git, no history, or no such commit."""
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, check=False, timeout=60
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def files_of(commit: str) -> dict[str, str]:
    """The migrations of a commit; empty when it cannot migrate at all."""
    archive = git("archive", commit, "warehouse")
    if archive is None:
        return {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        names = [name for name in tar.getnames() if name.endswith(".sql")]
        if "warehouse/migrate.py" not in tar.getnames():
            return {}
        return {Path(name).name: tar.extractfile(name).read().decode() for name in names}  # type: ignore[union-attr]


def earlier_commits() -> list[str]:
    """Where to start from: the previous commit and the newest with fewer migrations, if usable."""
    present = dict(migration_files())
    known = (git("rev-list", "--first-parent", "--max-count=200", "HEAD") or b"").decode().split()
    clean = bool(known) and files_of(known[0]) == present
    chosen: list[str] = []
    sizes: set[int] = set()
    changed = (git("log", "--first-parent", "--format=%H", "--", MIGRATIONS) or b"").decode()
    for commit in [*known[int(clean) : int(clean) + 1], *changed.split()]:
        files = files_of(commit)
        if files and files.items() <= present.items() and len(files) not in sizes:
            chosen.append(commit)
            sizes.add(len(files))
    return [*chosen[:1], *[c for c in chosen[1:] if len(files_of(c)) < len(present)][:1]]


def rows_of(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours, as JSON objects."""
    with connect(settings, Role.OWNER) as connection:
        tables = connection.execute(
            "select format('%%I.%%I', schemaname, tablename) from pg_tables"
            " where schemaname = any (%s) order by 1",
            [list(SCHEMAS)],
        ).fetchall()
        return {
            str(table): [row[0] for row in connection.execute(_as_json(str(table)))]  # type: ignore[misc]
            for (table,) in tables
        }


def _as_json(table: str) -> bytes:
    return f"select to_jsonb(t) from {table} as t order by to_jsonb(t)::text".encode()


def schema_of(settings: Settings) -> str:
    """The whole schema as pg_dump writes it, without what differs in each run."""
    done = subprocess.run(
        [str(wheel_binaries() / "pg_dump"), "--schema-only", dsn(settings, Role.OWNER)],
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line for line in done.stdout.splitlines() if "restrict" not in line)


@pytest.mark.parametrize("which", STARTS)
def test_a_database_of_an_earlier_commit_keeps_its_rows_and_gets_the_present_schema(
    which: str, empty_database: Settings, settings: Settings, tmp_path: Path
) -> None:
    commits = dict(zip(STARTS, earlier_commits(), strict=False))
    if which not in commits:
        pytest.skip(f"{which}: not in this history, or its migrations were edited before release")
    archive = git("archive", commits[which], "warehouse")
    assert archive is not None
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(tmp_path, filter="data")
    assert migrate_with(tmp_path, empty_database) == sorted(files_of(commits[which]))
    with psycopg.connect(dsn(empty_database, Role.OWNER)) as connection:
        connection.execute(ROWS.encode())
    before = rows_of(empty_database)
    missing = pending_migrations(empty_database)

    assert migrate(empty_database) == missing

    after = rows_of(empty_database)
    assert sum(len(rows) for rows in before.values()) >= 15
    for table, rows in before.items():
        if table in DROPPED:
            continue
        assert len(after[table]) == len(rows), table
        for row in rows:
            assert any(row.items() <= kept.items() for kept in after[table]), (table, row)
    assert schema_of(empty_database) == schema_of(settings)


def released(text: str) -> dict[str, str]:
    """Name and digest of each released migration."""
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def test_a_released_migration_is_never_edited_or_removed() -> None:
    present = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in migration_files()}
    edited = dict(released(RELEASED.read_text()).items() - present.items())
    assert edited == {}, "restore these and put the change into a migration of its own"


def test_only_the_newest_migration_is_not_released_yet() -> None:
    names = [name for name, _ in migration_files()]
    unreleased = set(names[:-1]) - set(released(RELEASED.read_text()))
    assert unreleased == set(), "write their sha256sum into released.sha256"


def test_what_was_released_stays_released() -> None:
    before = git("show", f"HEAD~1:{RELEASED.relative_to(ROOT)}")
    if before is None:
        pytest.skip("no earlier list of released migrations")
    assert released(before.decode()).items() <= released(RELEASED.read_text()).items()


def test_migrations_are_numbered_without_gaps_and_named_for_what_they_make() -> None:
    names = [name for name, _ in migration_files()]
    assert [name[:5] for name in names] == [f"{n:04}_" for n in range(1, len(names) + 1)]
