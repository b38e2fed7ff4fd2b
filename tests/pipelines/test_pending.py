"""What waits to be built, read from a real Postgres."""

import psycopg
import pytest

from pipelines.pending import Pending, is_unbuilt, pending
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import set_abandonment_minutes

NOTHING = Pending(events=0, batches=0, loads=0)


@pytest.fixture
def tenant(settings: Settings) -> int:
    with connect(settings, Role.OWNER) as owner:
        row = owner.execute(
            "insert into control.tenants (name, shop_domain)"
            " values ('One', 'one.myshopify.com') returning tenant_id"
        ).fetchone()
    assert row
    return int(str(row[0]))


def land(settings: Settings, tenant_id: int, webhook_id: str) -> None:
    with connect(settings, Role.LANDING) as landing:
        landing.execute(
            "insert into landing.webhook_events"
            " (tenant_id, webhook_id, topic, shop_domain, headers, body)"
            " values (%s, %s, 'orders/create', 'one.myshopify.com', '{}', '{}')",
            [tenant_id, webhook_id],
        )


def record_load(settings: Settings, load_id: str, *, status: int = 0) -> None:
    with connect(settings, Role.LOADER) as loader:
        loader.execute(
            "create table if not exists raw._dlt_loads (load_id varchar, schema_name varchar,"
            " status bigint, inserted_at timestamptz, schema_version_hash varchar)"
        )
        loader.execute(
            "insert into raw._dlt_loads values (%s, 'x', %s, now(), 'y')", [load_id, status]
        )


def test_nothing_waits_in_a_new_warehouse(settings: Settings) -> None:
    assert pending(settings) == NOTHING
    assert not NOTHING


def test_a_landed_webhook_waits(settings: Settings, tenant: int) -> None:
    land(settings, tenant, "w1")
    assert pending(settings) == Pending(events=1, batches=0, loads=0)


def test_a_claimed_webhook_waits_until_its_batch_is_loaded(settings: Settings, tenant: int) -> None:
    land(settings, tenant, "w1")
    with connect(settings, Role.LOADER) as loader:
        claim(loader)
    assert pending(settings) == Pending(events=0, batches=1, loads=0)
    with connect(settings, Role.LOADER) as loader:
        loader.execute("update control.load_batches set loaded_at = now()")
    assert pending(settings) == NOTHING


def claim(loader: psycopg.Connection[tuple[object, ...]]) -> None:
    loader.execute("insert into control.load_batches default values")
    loader.execute("update landing.webhook_events set load_batch = 1")


def test_a_complete_load_waits_until_a_build_consumed_it(settings: Settings) -> None:
    record_load(settings, "1.5")
    assert pending(settings) == Pending(events=0, batches=0, loads=1)
    with connect(settings, Role.DBT) as builder:
        builder.execute("insert into control.build_loads values ('1.5', 'all')")
    assert pending(settings) == NOTHING


def test_a_load_that_only_another_group_built_still_waits(settings: Settings) -> None:
    record_load(settings, "1.5")
    with connect(settings, Role.DBT) as builder:
        builder.execute("insert into control.build_loads values ('1.5', 'live')")
    assert pending(settings).loads == 1


def test_an_incomplete_load_does_not_wait(settings: Settings) -> None:
    record_load(settings, "1.5", status=1)
    assert pending(settings) == NOTHING


def test_changed_settings_of_a_shop_wait_until_each_group_was_built(
    settings: Settings, tenant: int
) -> None:
    with connect(settings, Role.CONTROL) as control:
        control.execute("update control.tenants set iana_timezone = 'Europe/Berlin'")
    assert pending(settings) == NOTHING, "a shop that was never built has nothing to count anew"
    with connect(settings, Role.DBT) as builder:
        builder.execute(
            "insert into control.shop_zones (tenant_id, stated_timezone, iana_timezone)"
            " values (%s, 'UTC', 'UTC')",
            [tenant],
        )
        assert is_unbuilt(builder, group="live")
    assert pending(settings).shops == 1
    with connect(settings, Role.DBT) as builder:
        builder.execute("update control.shop_zones set stated_timezone = 'Europe/Berlin'")
        builder.execute("insert into control.dirty_orders values (%s, 'all', 7)", [tenant])
        assert not is_unbuilt(builder, group="live")
    assert pending(settings).shops == 1


def test_a_new_threshold_waits(settings: Settings, tenant: int) -> None:
    with connect(settings, Role.DBT) as builder:
        builder.execute(
            "insert into control.shop_zones (tenant_id, iana_timezone, abandonment_minutes)"
            " select tenant_id, 'UTC', abandonment_minutes from control.tenants",
        )
    assert pending(settings) == NOTHING
    with connect(settings, Role.CONTROL) as control:
        set_abandonment_minutes(control, tenant, 90)
    assert pending(settings) == Pending(0, 0, 0, shops=1)


def test_what_waits_is_told_in_words() -> None:
    assert str(Pending(events=3, batches=1, loads=2)) == (
        "3 landed webhooks, 1 unfinished batches and 2 loads wait to be built"
    )
