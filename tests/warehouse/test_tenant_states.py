"""What becomes known of a connected shop: pauses and their ends, access, coverage, thresholds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from warehouse.connections import Role, connect
from warehouse.errors import InvalidField
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import (
    ACCESS_REFUSED,
    APP_UNINSTALLED,
    Tenant,
    add_tenant,
    get_tenant,
    pause_tenant,
    record_access,
    resume_tenant,
    set_abandonment_minutes,
    set_coverage_from,
    update_tenant,
)

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def loader(settings: Settings) -> Iterator[Connection]:
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        yield connection


@pytest.fixture
def tenant(settings: Settings) -> Tenant:
    with connect(settings, Role.CONTROL) as connection:
        return add_tenant(
            connection,
            Sealer.from_settings(settings),
            name="A shop",
            shop_domain="one.myshopify.com",
            credentials=Credentials(webhook_secret="hook", access_token="token"),
        )


def changed(settings: Settings, tenant: Tenant, **credentials: str | None) -> Tenant:
    """The tenant after a change of credentials."""
    with connect(settings, Role.CONTROL) as connection:
        sealer = Sealer.from_settings(settings)
        return update_tenant(connection, sealer, tenant.tenant_id, credentials=credentials)


def test_a_new_shop_is_active_and_nothing_is_known_of_its_access(tenant: Tenant) -> None:
    assert (tenant.status, tenant.pause_reason, tenant.paused_at) == ("active", None, None)
    assert (tenant.granted_scopes, tenant.api_version_served) == (None, None)
    assert (tenant.abandonment_minutes, tenant.checkout_webhooks_from) == (60, None)


def test_a_paused_shop_tells_why_and_since_when_until_it_is_resumed(
    loader: Connection, tenant: Tenant
) -> None:
    pause_tenant(loader, tenant.tenant_id, reason="  moves\nto another\x00 plan ")
    paused = get_tenant(loader, tenant.tenant_id)
    assert (paused.status, paused.pause_reason) == ("paused", "moves to another plan")
    assert paused.paused_at is not None
    resume_tenant(loader, tenant.tenant_id)
    assert get_tenant(loader, tenant.tenant_id) == tenant


def test_a_pause_without_a_reason_is_refused(loader: Connection, tenant: Tenant) -> None:
    with pytest.raises(InvalidField, match="reason: must say why"):
        pause_tenant(loader, tenant.tenant_id, reason=" \n")
    assert get_tenant(loader, tenant.tenant_id).status == "active"


@pytest.mark.parametrize("reason", [APP_UNINSTALLED, f"{ACCESS_REFUSED}: wrong token"])
@pytest.mark.parametrize("keys", [["access_token"], ["client_id", "refresh_token"], ["client_id"]])
def test_new_keys_resume_a_shop_that_refused_the_old_ones(
    settings: Settings, loader: Connection, tenant: Tenant, reason: str, keys: list[str]
) -> None:
    pause_tenant(loader, tenant.tenant_id, reason=reason)
    assert changed(settings, tenant, **dict.fromkeys(keys, "another")).status == "active"


def test_other_changes_do_not_resume_it(
    settings: Settings, loader: Connection, tenant: Tenant
) -> None:
    pause_tenant(loader, tenant.tenant_id, reason=APP_UNINSTALLED)
    assert changed(settings, tenant, webhook_secret="another").status == "paused"
    assert changed(settings, tenant, access_token=None).status == "paused"


def test_a_pause_by_hand_is_ended_by_hand_only(
    settings: Settings, loader: Connection, tenant: Tenant
) -> None:
    pause_tenant(loader, tenant.tenant_id, reason=APP_UNINSTALLED)
    pause_tenant(loader, tenant.tenant_id, reason="by hand")
    pause_tenant(loader, tenant.tenant_id, reason=f"{ACCESS_REFUSED}: again")
    paused = changed(settings, tenant, access_token="another")
    assert (paused.status, paused.pause_reason) == ("paused", "by hand")


def test_granted_scopes_are_kept_once_each_and_none_is_not_unknown(
    loader: Connection, tenant: Tenant
) -> None:
    scopes = ["read_products", "read_orders", "read_orders"]
    record_access(loader, tenant.tenant_id, scopes=scopes, api_version="2026-10")
    known = get_tenant(loader, tenant.tenant_id)
    assert known.granted_scopes == ("read_orders", "read_products")
    assert known.api_version_served == "2026-10"
    assert known.scopes_checked_at is not None
    record_access(loader, tenant.tenant_id, scopes=[], api_version=None)
    assert get_tenant(loader, tenant.tenant_id).granted_scopes == ()


def test_the_first_coverage_stays(loader: Connection, tenant: Tenant) -> None:
    first, later = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    set_coverage_from(loader, tenant.tenant_id, first)
    set_coverage_from(loader, tenant.tenant_id, later)
    assert get_tenant(loader, tenant.tenant_id).coverage_from == first


def test_the_end_of_a_granted_token_is_shown_and_a_lasting_one_has_none(
    settings: Settings, tenant: Tenant
) -> None:
    end = "2026-11-01T10:00:00+00:00"
    granted = changed(settings, tenant, access_token="granted", access_token_expires_at=end)
    assert granted.token_expires_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert changed(settings, tenant, access_token="lasting").token_expires_at is None


@pytest.mark.parametrize("end", ["tomorrow", "2026-11-01", "2026-11-01T10:00:00", ""])
def test_an_end_that_is_no_moment_is_refused_by_name(
    settings: Settings, tenant: Tenant, end: str
) -> None:
    with pytest.raises(InvalidField, match="accessTokenExpiresAt"):
        changed(settings, tenant, access_token="granted", access_token_expires_at=end)


@pytest.mark.parametrize("minutes", [1, 45, 43_200])
def test_a_threshold_is_kept(loader: Connection, tenant: Tenant, minutes: int) -> None:
    set_abandonment_minutes(loader, tenant.tenant_id, minutes)
    assert get_tenant(loader, tenant.tenant_id).abandonment_minutes == minutes


@pytest.mark.parametrize("minutes", [0, -5, 43_201, 10**12])
def test_a_wrong_threshold_is_refused_by_name(
    loader: Connection, tenant: Tenant, minutes: int
) -> None:
    with pytest.raises(InvalidField, match="abandonmentMinutes"):
        set_abandonment_minutes(loader, tenant.tenant_id, minutes)
