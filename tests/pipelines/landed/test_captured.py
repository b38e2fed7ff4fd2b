"""Every captured body of Shopify's, both generations, goes the real way into its table."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from warehouse.settings import Settings

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
GROUPS = (
    *("bulk_operations", "tender_transactions", "order_transactions", "inventory_levels"),
    *("orders", "products", "customers", "checkouts", "carts", "refunds", "shop", "app"),
)
KEPT = {
    # Its status is failed: nothing was merged.
    "customers/merge",
    *("bulk_operations/finish", "tender_transactions/create", "order_transactions/create"),
    *("app/uninstalled", "customers/data_request", "customers/redact", "shop/redact"),
}


def topic_of(path: Path) -> str:
    """The topic that a file's name tells: orders_create__no_customer.json is orders/create."""
    name = path.stem.split("__")[0]
    group = next(group for group in GROUPS if name.startswith(f"{group}_"))
    return f"{group}/{name.removeprefix(f'{group}_')}"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"home": tmp_path})


def test_each_captured_body_is_loaded_or_kept_as_its_topic_says(
    settings: Settings, shared: Path
) -> None:
    folder = shared / "shopify" / "webhooks"
    files = sorted(path for path in folder.rglob("*.json") if path.name != "index.json")
    tenants: dict[int, str] = {}
    for path in files:
        # Each has a shop of its own: one sample order is reused for the whole life of an order.
        tenant = make_tenant(settings, f"shop-{len(tenants)}.myshopify.com")
        tenants[tenant] = str(path.relative_to(folder))
        land(settings, tenant, topic_of(path), path.read_bytes(), triggered_at=AT)
    load_webhooks(settings)
    found = {
        tenants[tenant]: verdict
        for tenant, verdict in rows(
            settings, "select tenant_id, verdict from landing.webhook_events"
        )
    }
    assert rows(settings, "select reason from landing.quarantine") == []
    expected = {
        str(path.relative_to(folder)): "kept" if topic_of(path) in KEPT else "loaded"
        for path in files
    }
    assert found == expected
    assert len(files) == 54
