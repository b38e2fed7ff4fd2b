"""Records that have had their time go; what still says how things stand stays."""

import pytest

from pipelines.load import lane
from pipelines.retention import (
    RECORDS,
    clear_stages,
    forget_quarantine,
    forget_records,
)
from pipelines.sync import sync_tenants
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from tests.pipelines.landed.test_shapes import order
from warehouse.connections import Role, connect
from warehouse.settings import Settings


def change(settings: Settings, statement: str, *values: object) -> None:
    with connect(settings, Role.OWNER) as owner:
        owner.execute(statement.encode(), values)


@pytest.fixture
def shop(settings: Settings) -> int:
    return make_tenant(settings, "first.myshopify.com")


@pytest.mark.parametrize("table", ["syncs", "sweeps"])
def test_of_old_attempts_the_last_and_the_last_good_one_stay(
    settings: Settings, shop: int, table: str
) -> None:
    for status, days in (
        *(("succeeded", 200), ("failed", 190), ("succeeded", 180), ("failed", 170)),
        *(("failed", 160), ("failed", 150)),
    ):
        change(
            settings,
            f"insert into control.{table} (tenant_id, trigger, status, finished_at)"
            " values (%s, 'test', %s, now() - make_interval(days => %s))",
            *(shop, status, days),
        )
    assert forget_records(settings)[f"old {table}"] == 4
    left = rows(settings, f"select status from control.{table} order by finished_at")
    assert left == [("succeeded",), ("failed",)]
    assert forget_records(settings)[f"old {table}"] == 0


def test_each_kind_of_record_goes_by_its_age_and_a_younger_one_stays(
    settings: Settings, shop: int
) -> None:
    made = {
        "old exports on record": (
            "insert into control.bulk_operations (tenant_id, resource, operation_id, query_sha256,"
            " read_began, submitted_at) values (%s, %s, '', '', now(), now() - %s::interval)",
            ("19 days", "21 days"),
        ),
        "old hours of deliveries": (
            "insert into control.delivery_hours (tenant_id, hour, deliveries, last_received_at)"
            " select tenant, now() - age::interval, length(words), now()"
            " from (values (%s, %s, %s)) as given (tenant, words, age)",
            ("89 days", "91 days"),
        ),
        "old untold orders": (
            "insert into control.untold_orders (tenant_id, order_id, created_at, found_at)"
            " values (%s, hashtext(%s), now(), now() - %s::interval)",
            ("29 days", "31 days"),
        ),
        "old fields": (
            "insert into control.payload_fields (tenant_id, resource, origin, field, is_first_look,"
            " is_constant, last_seen_at) values (%s, %s, 'admin', 'x', true, true,"
            " now() - %s::interval)",
            ("399 days", "401 days"),
        ),
    }
    for statement, ages in made.values():
        for age in ages:
            change(settings, statement, shop, age, age)
    for day, costs in ((1, "23 hours"), (2, "25 hours")):
        other = make_tenant(settings, f"shop-{day}.myshopify.com")
        change(
            settings,
            "insert into control.query_costs values (%s, 1, 1, 1, now() - %s::interval)",
            *(other, costs),
        )
    gone = forget_records(settings)
    assert set(gone) == set(RECORDS)
    assert {
        name: gone[name] for name in gone if not name.endswith(("syncs", "sweeps"))
    } == dict.fromkeys((*made, "old query costs"), 1)


def test_what_was_put_aside_goes_after_its_own_longer_time(settings: Settings, shop: int) -> None:
    land(settings, shop, "orders/create", b"{", webhook_id="put aside")
    land(settings, shop, "orders/create", order(id=1), webhook_id="good")
    load_webhooks(settings)
    age = "update landing.quarantine set quarantined_at = now() - make_interval(days => %s)"
    change(settings, age, settings.quarantine_days - 1)
    assert forget_quarantine(settings) == 0
    change(settings, age, settings.quarantine_days + 1)
    assert forget_quarantine(settings) == 1
    assert rows(settings, "select webhook_id from landing.webhook_events") == [("good",)]
    assert rows(settings, "select count(*) from landing.quarantine") == [(0,)]


def test_a_note_of_what_was_released_goes_and_its_webhook_stays(
    settings: Settings, shop: int
) -> None:
    land(settings, shop, "orders/create", b"{", webhook_id="put aside")
    load_webhooks(settings)
    change(
        settings,
        "update landing.quarantine set quarantined_at = now() - interval '999 days',"
        " released_at = now() - make_interval(days => %s)",
        settings.landing_days + 1,
    )
    change(settings, "update landing.webhook_events set verdict = 'loaded'")
    assert forget_quarantine(settings) == 0
    assert rows(settings, "select count(*) from landing.quarantine") == [(0,)]
    assert rows(settings, "select count(*) from landing.webhook_events") == [(1,)]


def test_staging_tables_are_emptied_but_for_those_of_a_lane_at_work(
    sandboxed: Settings, tenants: list[int]
) -> None:
    sync_tenants(sandboxed, tenants[:1], trigger="test")
    staged = (
        "select count(*) from pg_class where relnamespace::regnamespace::text like 'raw_stage_%%'"
        " and relkind = 'r' and relname not like '\\_dlt%%' and pg_relation_size(oid) > 0"
    )
    ((before,),) = rows(sandboxed, staged)
    assert before > 0
    lane_name = str(tenants[0] % 4)
    with lane(sandboxed, lane_name):
        assert clear_stages(sandboxed) == 0
    assert clear_stages(sandboxed) == before
    assert rows(sandboxed, staged) == [(0,)]
    assert not [one.error for one in sync_tenants(sandboxed, trigger="test") if one.error]
