"""Least rights, as a table: what each role may do after a migration, and what is refused to it."""

from typing import Any

import psycopg
import pytest

from warehouse.connections import SERVICE_ROLES, Role, connect
from warehouse.roles import COMMON_LIMITS, ROLE_LIMITS
from warehouse.settings import Settings

EVENT = (
    "insert into landing.webhook_events (tenant_id, webhook_id, topic, shop_domain, headers, body)"
    " values (1, 'w', 'orders/create', 'a.myshopify.com', '{}', '{}') on conflict do nothing"
)
DOCUMENT = "insert into raw.orders values (1, 1, 'admin', now(), now(), null, '{}', 'load')"
TENANT = "insert into control.tenants (name, shop_domain) values ('b', 'b.myshopify.com')"
SEALED = "select sealed from control.credentials"
PERMITTED = [
    (Role.LANDING, EVENT),
    (Role.LANDING, "select tenant_id, shop_domain, status from control.tenants"),
    (Role.LANDING, SEALED),
    (Role.LANDING, "update landing.redeliveries set times = times + 1"),
    (Role.LANDING, "update landing.refusals set deliveries = deliveries + 1"),
    (Role.CONTROL, TENANT),
    (Role.CONTROL, "update control.tenants set name = 'c'"),
    (Role.CONTROL, "insert into control.credentials (tenant_id, sealed) values (1, 'x')"),
    (Role.CONTROL, "select * from control.syncs"),
    (Role.CONTROL, "select * from control.cursors"),
    (Role.CONTROL, "select * from control.data_versions"),
    (Role.CONTROL, "select webhook_id, headers, verdict from landing.webhook_events"),
    (Role.CONTROL, "update landing.webhook_events set load_batch = null, verdict = null"),
    (Role.CONTROL, "update landing.quarantine set released_at = now()"),
    (Role.LOADER, DOCUMENT),
    (Role.LOADER, "delete from raw.orders"),
    (Role.LOADER, "create table raw._dlt_new (id bigint)"),
    (Role.LOADER, "create table raw_stage_0.orders (id bigint)"),
    (Role.LOADER, SEALED),
    (Role.LOADER, "update landing.webhook_events set load_batch = 1"),
    (Role.LOADER, "insert into control.load_batches default values"),
    (Role.LOADER, "insert into control.cursors values (1, 'orders', now())"),
    (Role.LOADER, "delete from control.refetch_orders"),
    (Role.LOADER, "select landing.jsonb_error('{')"),
    (Role.DBT, "select * from raw.orders"),
    (Role.DBT, "create table marts.orders (tenant_id bigint)"),
    (Role.DBT, "create view staging.orders as select 1 as one"),
    (Role.DBT, "create temporary table changed (id bigint)"),
    (Role.DBT, "delete from control.dirty_orders"),
    (Role.DBT, "select tenant_id, iana_timezone, currency from control.tenants"),
    (Role.READER, "select tenant_id, name, currency from control.tenants"),
    (Role.READER, "select * from control.data_versions"),
    (Role.DAGSTER, "create table runs (id bigint)"),
    (Role.DAGSTER, "create table dagster.events (id bigint)"),
]
REFUSED = [
    (Role.LANDING, TENANT),
    (Role.LANDING, "select name from control.tenants"),
    (Role.LANDING, "update landing.webhook_events set verdict = null"),
    (Role.LANDING, "delete from landing.webhook_events"),
    (Role.LANDING, "delete from landing.refusals"),
    (Role.LANDING, "select * from raw.orders"),
    (Role.LANDING, "update control.credentials set sealed = ''"),
    (Role.CONTROL, "delete from control.tenants"),
    (Role.CONTROL, "select body from landing.webhook_events"),
    (Role.CONTROL, "update landing.webhook_events set body = ''"),
    (Role.CONTROL, "select * from landing.webhook_events"),
    (Role.CONTROL, "select * from raw.orders"),
    (Role.CONTROL, "update control.cursors set read_until = now()"),
    (Role.CONTROL, "create table control.own (id bigint)"),
    (Role.LOADER, TENANT),
    (Role.LOADER, "delete from landing.webhook_events"),
    (Role.LOADER, "delete from control.cursors"),
    (Role.LOADER, "drop table raw.orders"),
    (Role.LOADER, "create table marts.own (id bigint)"),
    (Role.LOADER, "select * from control.buyers"),
    (Role.DBT, SEALED),
    (Role.DBT, "select shop_domain from control.tenants"),
    (Role.DBT, "update control.load_batches set loaded_at = now()"),
    (Role.DBT, "select * from landing.webhook_events"),
    (Role.DBT, "delete from raw.orders"),
    (Role.DBT, "create table raw.own (id bigint)"),
    (Role.DBT, "alter table control.buyers disable row level security"),
    (Role.READER, SEALED),
    (Role.READER, "select * from raw.orders"),
    (Role.READER, "select * from landing.webhook_events"),
    (Role.READER, "select * from control.syncs"),
    (Role.READER, "select pause_reason from control.tenants"),
    (Role.READER, "create table marts.own (id bigint)"),
    (Role.READER, "create temporary table own (id bigint)"),
    (Role.READER, "set role shopmart_control"),
    (Role.DAGSTER, "select * from control.tenants"),
    (Role.DAGSTER, SEALED),
    (Role.DAGSTER, "select * from raw.orders"),
    (Role.DAGSTER, "create table public.own (id bigint)"),
]
MAY_NOT = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)


@pytest.fixture
def one_tenant(settings: Settings) -> Settings:
    with connect(settings, Role.CONTROL) as connection:
        connection.execute(
            "insert into control.tenants (name, shop_domain) values ('a', 'a.myshopify.com')"
        )
    return settings


def outcome(settings: Settings, role: Role, statement: str) -> Exception | None:
    """How the statement ended; nothing of it is kept."""
    with connect(settings, role) as connection:
        try:
            connection.execute(statement)
        except psycopg.Error as error:
            return error
        finally:
            connection.rollback()
    return None


def test_each_role_may_do_its_work(one_tenant: Settings) -> None:
    failed = {
        f"{role.value}: {statement}": str(error)
        for role, statement in PERMITTED
        if (error := outcome(one_tenant, role, statement))
    }
    assert failed == {}


def test_each_role_is_refused_what_is_not_its_work(one_tenant: Settings) -> None:
    allowed = {
        f"{role.value}: {statement}": str(error)
        for role, statement in REFUSED
        if not isinstance(error := outcome(one_tenant, role, statement), MAY_NOT)
    }
    assert allowed == {}


def test_every_role_has_both_kinds_in_the_table() -> None:
    for table in (PERMITTED, REFUSED):
        assert {role for role, _ in table} == set(SERVICE_ROLES)


def test_a_reader_that_ends_its_read_only_mode_still_writes_nothing(one_tenant: Settings) -> None:
    with connect(one_tenant, Role.READER) as connection:
        connection.execute("set session characteristics as transaction read write")
        connection.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update control.data_versions set data_version = 9")


def test_what_the_loader_makes_in_raw_can_be_read_by_the_build(settings: Settings) -> None:
    with connect(settings, Role.LOADER) as loader:
        loader.execute("create table raw._dlt_loads (load_id text, status bigint)")
    assert outcome(settings, Role.DBT, "select load_id from raw._dlt_loads") is None


def test_nobody_without_a_role_may_connect(settings: Settings) -> None:
    with connect(settings, Role.OWNER) as owner:
        rights: list[tuple[Any, ...]] = owner.execute(
            "select has_database_privilege('public', current_database(), right_name)"
            " from unnest(array['connect', 'temporary', 'create']) as rights (right_name)"
        ).fetchall()
    assert rights == [(False,), (False,), (False,)]


def test_each_role_carries_its_limits(settings: Settings) -> None:
    for role in SERVICE_ROLES:
        with connect(settings, role) as connection:
            for name, value in {**COMMON_LIMITS, **ROLE_LIMITS[role]}.items():
                shown = connection.execute(f"show {name}").fetchone()
                assert shown == (value,), f"{role.value}: {name}"
