"""The migrations: applied once, guarded against change, leaving row security everywhere."""

import psycopg
import pytest

from warehouse.connections import Role, dsn, open_connection
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


def test_every_tenant_table_has_forced_row_security_and_tenant_first_keys(
    settings: Settings,
) -> None:
    with open_connection(settings, Role.OWNER) as connection:
        bare = connection.execute(
            """
            select c.oid::regclass::text from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('control', 'landing', 'raw') and c.relkind = 'r'
              and exists (select 1 from pg_attribute a
                          where a.attrelid = c.oid and a.attname = 'tenant_id')
              and not (c.relrowsecurity and c.relforcerowsecurity)
            """
        ).fetchall()
        misordered = connection.execute(
            """
            select i.indexrelid::regclass::text from pg_index i
            join pg_class c on c.oid = i.indrelid
            join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
            where n.nspname in ('control', 'landing', 'raw') and i.indisunique
              and i.indkey[0] <> t.attnum and c.relname <> 'tenants'
            """
        ).fetchall()
    assert bare == []
    assert misordered == []


def test_no_service_role_may_bypass_row_security_or_is_superuser(settings: Settings) -> None:
    with open_connection(settings, Role.OWNER) as connection:
        strong = connection.execute(
            "select rolname from pg_roles where rolname like 'shopmart\\_%'"
            " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)"
        ).fetchall()
    assert strong == []
