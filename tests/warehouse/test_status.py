"""The status: what waits, what went wrong and who is at work, for each tenant by itself."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from warehouse.connections import Role, advisory_lock, connect
from warehouse.locks import LIVE_LOCK, lock_is_held, sync_lock
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.shopify_versions import supported_until
from warehouse.status import ServiceStatus, TenantStatus, read_status
from warehouse.syncs import KILLED, begin_sync, fail_sync, latest_sync
from warehouse.tenants import add_tenant

LAND = """
insert into landing.webhook_events
    (tenant_id, webhook_id, topic, shop_domain, headers, body, received_at, load_batch, verdict)
values (%s, %s, 'orders/create', 'shop', '{}', '{}', now() - make_interval(secs => %s), %s, %s)
"""


@pytest.fixture
def tenants(settings: Settings) -> list[int]:
    sealer = Sealer.from_settings(settings)
    with connect(settings, Role.CONTROL) as control:
        return [
            add_tenant(
                control,
                sealer,
                name=name,
                shop_domain=f"{name}.myshopify.com",
                credentials=Credentials(webhook_secret="hook"),
            ).tenant_id
            for name in ("one", "two")
        ]


def status(settings: Settings, tenant_id: int | None = None) -> ServiceStatus:
    with connect(settings, Role.CONTROL) as control:
        return read_status(control, tenant_id=tenant_id)


def of_first(settings: Settings) -> TenantStatus:
    return status(settings).tenants[0]


def as_owner(settings: Settings, query: str, *values: Any) -> None:  # noqa: ANN401
    with connect(settings, Role.OWNER) as owner:
        owner.execute(query.encode(), values)


def test_a_service_without_tenants_has_a_status(settings: Settings) -> None:
    empty = status(settings)
    assert (empty.tenants, empty.builds, empty.live_loop) == ([], [], False)


def test_nothing_waits_for_a_tenant_that_was_never_heard_of(
    settings: Settings, tenants: list[int]
) -> None:
    tenant = of_first(settings)
    assert tenant.tenant_id == tenants[0]
    assert (tenant.waiting_events, tenant.lag_seconds, tenant.quarantined) == (0, 0, 0)
    assert (tenant.fresh_as_of, tenant.last_sync, tenant.api_version_ends) == (None, None, None)


def test_unclaimed_and_unfinished_events_wait_and_the_oldest_tells_the_lag(
    settings: Settings, tenants: list[int]
) -> None:
    as_owner(settings, "insert into control.load_batches default values")
    as_owner(settings, LAND, tenants[0], "unclaimed", 10, None, None)
    as_owner(settings, LAND, tenants[0], "in work", 50, 1, None)
    as_owner(settings, LAND, tenants[1], "of another", 500, None, None)
    tenant = of_first(settings)
    assert tenant.waiting_events == 2
    assert 50 <= tenant.lag_seconds < 200


def test_what_is_loaded_waits_no_more(settings: Settings, tenants: list[int]) -> None:
    as_owner(settings, "insert into control.load_batches (loaded_at) values (now())")
    as_owner(settings, LAND, tenants[0], "loaded", 50, 1, "loaded")
    assert of_first(settings).waiting_events == 0


def test_what_was_put_aside_is_counted_until_it_is_released(
    settings: Settings, tenants: list[int]
) -> None:
    aside = (
        "insert into landing.quarantine (tenant_id, topic, webhook_id, reason, released_at)"
        " values (%s, 't', %s, 'no JSON', %s)"
    )
    as_owner(settings, aside, tenants[0], "a", None)
    as_owner(settings, aside, tenants[0], "b", datetime.now(UTC))
    assert of_first(settings).quarantined == 1


def test_a_running_sync_is_told_as_running_and_a_killed_one_as_failed(
    settings: Settings, tenants: list[int]
) -> None:
    with connect(settings, Role.LOADER, autocommit=True) as loader:
        with advisory_lock(loader, sync_lock(tenants[0])):
            begin_sync(loader, tenants[0], trigger="test")
            running = of_first(settings).last_sync
        killed = of_first(settings).last_sync
    assert running is not None and running.status == "running"
    assert killed is not None and (killed.status, killed.error) == ("failed", KILLED)


def test_the_last_sync_is_each_tenants_own(settings: Settings, tenants: list[int]) -> None:
    with connect(settings, Role.LOADER, autocommit=True) as loader:
        sync_id = begin_sync(loader, tenants[1], trigger="test")
        fail_sync(loader, tenants[1], sync_id, error="Invalid API key", hint="renew the token")
    first, second = status(settings).tenants
    assert first.last_sync is None
    assert second.last_sync is not None
    assert (second.last_sync.error, second.last_sync.hint) == ("Invalid API key", "renew the token")


def test_one_tenant_can_be_asked_for_alone(settings: Settings, tenants: list[int]) -> None:
    assert [each.tenant_id for each in status(settings, tenants[1]).tenants] == [tenants[1]]
    assert status(settings, 999).tenants == []


def test_the_newest_build_of_each_group_is_told(settings: Settings) -> None:
    build = "insert into control.builds (build_group, status, error) values (%s, %s, %s)"
    as_owner(settings, build, "all", "failed", "orders: no")
    as_owner(settings, build, "all", "succeeded", None)
    as_owner(settings, build, "live", "failed", "orders: no")
    told = {each.build_group: (each.status, each.error) for each in status(settings).builds}
    assert told == {"all": ("succeeded", None), "live": ("failed", "orders: no")}


def test_a_working_loop_is_seen(settings: Settings) -> None:
    with (
        connect(settings, Role.LOADER, autocommit=True) as loader,
        advisory_lock(loader, LIVE_LOCK),
    ):
        assert status(settings).live_loop
    assert not status(settings).live_loop


def test_a_lock_of_another_database_is_not_ours(
    settings: Settings, empty_database: Settings
) -> None:
    url = empty_database.database_url
    assert url is not None
    with psycopg.connect(url.get_secret_value(), autocommit=True) as elsewhere:
        elsewhere.execute("select pg_advisory_lock(hashtextextended('live', 0))")
        assert not status(settings).live_loop


def test_names_with_every_kind_of_hash_are_recognised(settings: Settings) -> None:
    with connect(settings, Role.LOADER, autocommit=True) as loader:
        for number in range(40):
            with advisory_lock(loader, f"lock {number}"):
                assert lock_is_held(loader, f"lock {number}")
            assert not lock_is_held(loader, f"lock {number}")


def test_the_version_that_served_the_tenant_is_shown_with_its_end(
    settings: Settings, tenants: list[int]
) -> None:
    as_owner(settings, "update control.tenants set api_version_served = '2026-07'")
    tenant = of_first(settings)
    assert tenant.api_version == "2026-07"
    assert tenant.api_version_ends == datetime(2027, 7, 1, 17, tzinfo=UTC)


def test_an_announced_end_goes_before_the_rule() -> None:
    assert supported_until("2026-10") == datetime(2027, 10, 16, 15, tzinfo=UTC)
    assert supported_until("unstable") is None


def test_latest_sync_of_nobody_is_none(settings: Settings) -> None:
    with connect(settings, Role.CONTROL) as control:
        assert latest_sync(control, 999) is None


def test_a_loaded_webhook_lags_until_a_whole_build_has_consumed_its_load(
    settings: Settings, tenants: list[int]
) -> None:
    loaded = "insert into control.load_batches (loaded_at, load_id) values (now(), '1.5')"
    as_owner(settings, loaded)
    as_owner(settings, LAND, tenants[0], "in no mart", 50, 1, "loaded")
    as_owner(settings, LAND, tenants[0], "of no mart", 500, 1, "kept")
    tenant = of_first(settings)
    assert tenant.lag_seconds == 0
    assert 50 <= tenant.mart_lag_seconds < 200
    as_owner(settings, "insert into control.build_loads values ('1.5', 'live')")
    assert of_first(settings).mart_lag_seconds >= 50
    as_owner(settings, "insert into control.build_loads values ('1.5', 'all')")
    assert of_first(settings).mart_lag_seconds == 0
    assert status(settings).tenants[1].mart_lag_seconds == 0


def test_what_waits_to_be_loaded_lags_as_well(settings: Settings, tenants: list[int]) -> None:
    as_owner(settings, LAND, tenants[0], "unclaimed", 70, None, None)
    tenant = of_first(settings)
    assert tenant.mart_lag_seconds >= tenant.lag_seconds >= 70


def test_a_load_whose_record_was_forgotten_after_its_build_lags_no_more(
    settings: Settings, tenants: list[int]
) -> None:
    long_ago = (
        "insert into control.load_batches (loaded_at, load_id)"
        " values (now() - interval '3 days', '1.5')"
    )
    as_owner(settings, long_ago)
    as_owner(settings, LAND, tenants[0], "old", 300_000, 1, "loaded")
    assert of_first(settings).mart_lag_seconds >= 300_000
    as_owner(settings, "insert into control.builds (build_group, status) values ('all', 'failed')")
    assert of_first(settings).mart_lag_seconds >= 300_000
    as_owner(
        settings, "insert into control.builds (build_group, status) values ('all', 'succeeded')"
    )
    assert of_first(settings).mart_lag_seconds == 0


def test_what_is_loaded_again_waits_since_then(settings: Settings, tenants: list[int]) -> None:
    as_owner(settings, LAND, tenants[0], "replayed", 300_000, None, None)
    as_owner(settings, "update landing.webhook_events set replayed_at = now()")
    tenant = of_first(settings)
    assert tenant.waiting_events == 1
    assert tenant.lag_seconds <= tenant.mart_lag_seconds < 1_000
