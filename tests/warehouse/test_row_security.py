"""Row-level security (law L6): a reader sees its own tenant, and nothing before it says which."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from warehouse.connections import Role, connect
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
VERSIONS = "select tenant_id from control.data_versions order by tenant_id"
TENANTS = "select tenant_id from control.tenants order by tenant_id"


@pytest.fixture
def reader(settings: Settings) -> Iterator[Connection]:
    """A reader of a database with two tenants that have the same rows."""
    with connect(settings, Role.CONTROL) as control:
        for domain in ("a.myshopify.com", "b.myshopify.com"):
            control.execute(
                "insert into control.tenants (name, shop_domain) values ('a', %s)", [domain]
            )
    with connect(settings, Role.DBT) as dbt:
        dbt.execute("insert into control.data_versions (tenant_id) values (1), (2)")
    with connect(settings, Role.READER) as connection:
        yield connection


def seen(reader: Connection, statement: str, tenant: str | None) -> list[int]:
    """The tenants whose rows are seen in one transaction for this tenant."""
    with reader.transaction():
        if tenant is not None:
            reader.execute(f"set local app.tenant_id = '{tenant}'")
        return [row[0] for row in reader.execute(statement)]


@pytest.mark.parametrize("statement", [VERSIONS, TENANTS])
def test_a_reader_sees_only_its_tenant(reader: Connection, statement: str) -> None:
    assert seen(reader, statement, "1") == [1]
    assert seen(reader, statement, "2") == [2]
    assert seen(reader, statement, "3") == []


def test_a_reader_that_names_no_tenant_sees_nothing(reader: Connection) -> None:
    assert seen(reader, VERSIONS, None) == []
    assert seen(reader, VERSIONS, "") == []


def test_the_tenant_is_forgotten_with_its_transaction(reader: Connection) -> None:
    assert seen(reader, VERSIONS, "1") == [1]
    assert seen(reader, VERSIONS, None) == []


def test_what_is_no_number_opens_nothing(reader: Connection) -> None:
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        seen(reader, VERSIONS, "1 or true")


def test_a_query_for_another_tenant_returns_nothing_though_it_binds_that_tenant(
    reader: Connection,
) -> None:
    assert seen(reader, VERSIONS.replace("order", "where tenant_id = 2 order"), "1") == []


def test_the_services_work_for_all_tenants(settings: Settings, reader: Connection) -> None:
    for role in (Role.LANDING, Role.CONTROL, Role.LOADER, Role.DBT):
        with connect(settings, role) as connection:
            assert [row[0] for row in connection.execute(TENANTS)] == [1, 2]
