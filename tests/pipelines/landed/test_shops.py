"""A landed shop/update tells a tenant's zone and currency; an old one that comes late does not."""

from datetime import UTC, datetime, timedelta

from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from warehouse.settings import Settings

STATED = "select iana_timezone, currency from control.tenants where tenant_id = %s"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def shop_body(zone: str, at: datetime) -> dict[str, object]:
    return {"id": 9, "iana_timezone": zone, "currency": "EUR", "updated_at": at.isoformat()}


def test_a_shop_without_a_token_states_its_zone_by_webhook(settings: Settings) -> None:
    tenant = make_tenant(settings, "first.myshopify.com")
    land(settings, tenant, "shop/update", shop_body("Europe/Berlin", AT))
    load_webhooks(settings)
    assert rows(settings, STATED, tenant) == [("Europe/Berlin", "EUR")]


def test_an_older_statement_that_comes_late_changes_nothing(settings: Settings) -> None:
    tenant = make_tenant(settings, "first.myshopify.com")
    land(settings, tenant, "shop/update", shop_body("Europe/Berlin", AT))
    load_webhooks(settings)
    land(settings, tenant, "shop/update", shop_body("Asia/Tokyo", AT - timedelta(days=1)))
    load_webhooks(settings)
    assert rows(settings, STATED, tenant) == [("Europe/Berlin", "EUR")]


def test_a_body_without_a_zone_changes_nothing(settings: Settings) -> None:
    tenant = make_tenant(settings, "first.myshopify.com")
    land(settings, tenant, "shop/update", {"id": 9, "currency": "EUR", "iana_timezone": None})
    load_webhooks(settings)
    assert rows(settings, STATED, tenant) == [(None, None)]
