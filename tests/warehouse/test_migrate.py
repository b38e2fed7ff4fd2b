"""The migrations: applied once and whole, guarded against change, by whom it may concern."""

import shutil
from pathlib import Path

import psycopg
import pytest

import warehouse
from tests.conftest import settings_for
from tests.warehouse.copies import migrate_with, start_migration
from warehouse.connections import Role, dsn, open_connection
from warehouse.database_url import url_for_role
from warehouse.errors import MigrationError
from warehouse.migrate import migrate, migration_files, pending_migrations
from warehouse.settings import Settings


def test_a_second_migration_applies_nothing(empty_database: Settings) -> None:
    first = migrate(empty_database)
    assert first == [name for name, _ in migration_files()]
    assert migrate(empty_database) == []
    assert pending_migrations(empty_database) == []


def test_a_file_changed_after_it_was_applied_is_refused(settings: Settings) -> None:
    with psycopg.connect(dsn(settings, Role.OWNER), autocommit=True) as connection:
        connection.execute("update public.shopmart_migrations set sha256 = 'another'")
    with pytest.raises(MigrationError, match="was changed after it was applied"):
        migrate(settings)


def test_a_database_of_a_later_version_is_refused(settings: Settings) -> None:
    with psycopg.connect(dsn(settings, Role.OWNER), autocommit=True) as connection:
        connection.execute("insert into public.shopmart_migrations values ('9999_later.sql', 'x')")
    with pytest.raises(MigrationError, match=r"9999_later\.sql"):
        migrate(settings)


def copy_with(folder: Path, name: str, text: str) -> Path:
    """A copy of the warehouse with one more migration."""
    shutil.copytree(Path(warehouse.__file__).parent, folder / "warehouse")
    (folder / "warehouse" / "migrations" / name).write_text(text)
    return folder


def test_a_migration_that_fails_leaves_nothing_of_itself_and_can_be_repeated(
    settings: Settings, tmp_path: Path
) -> None:
    text = "create table control.half (id bigint);\nselect 1 / 0;\n"
    folder = copy_with(tmp_path, "9999_half.sql", text)
    with pytest.raises(RuntimeError, match=r"9999_half\.sql failed and was rolled back: division"):
        migrate_with(folder, settings)
    with open_connection(settings, Role.OWNER) as connection:
        half = connection.execute("select to_regclass('control.half')").fetchone()
    assert half == (None,)
    (folder / "warehouse" / "migrations" / "9999_half.sql").write_text(text.replace("/ 0", "/ 1"))
    assert migrate_with(folder, settings) == ["9999_half.sql"]


def test_two_processes_that_migrate_at_once_apply_each_file_once(
    empty_database: Settings, tmp_path: Path
) -> None:
    folder = copy_with(tmp_path, "9999_last.sql", "select pg_sleep(0.2);")
    processes = [start_migration(folder, empty_database) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    names = [*(name for name, _ in migration_files()), "9999_last.sql"]
    assert sorted(" ".join(words for words, _ in said).split()) == names


def test_an_owner_that_may_not_make_roles_is_told_what_to_grant(settings: Settings) -> None:
    with psycopg.connect(dsn(settings, Role.OWNER), autocommit=True) as connection:
        connection.execute("drop role if exists powerless")
        connection.execute("create role powerless login password 'a password'")
        connection.execute("grant connect on database shopmart_test to powerless")
    url = url_for_role(dsn(settings, Role.OWNER), user="powerless", password="a password")
    with pytest.raises(MigrationError, match="grant it CREATEROLE"):
        migrate(settings_for(settings.home, url))


def test_the_first_migration_tells_each_file_as_it_is_applied(empty_database: Settings) -> None:
    told: list[str] = []
    assert pending_migrations(empty_database) == [name for name, _ in migration_files()]
    assert migrate(empty_database, on_applied=told.append) == told


def test_no_service_role_may_bypass_row_security_or_is_superuser(settings: Settings) -> None:
    with open_connection(settings, Role.OWNER) as connection:
        strong = connection.execute(
            "select rolname from pg_roles where rolname like 'shopmart\\_%'"
            " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)"
        ).fetchall()
    assert strong == []
