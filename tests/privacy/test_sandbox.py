"""The way through Shopify: a request as it is sent, and a sync that brings everybody back."""

import pytest

from pipelines.privacy.acting import act_on_requests
from pipelines.sync import sync_tenant
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import (
    LocalShopify,
    land_deliveries,
    rows,
    sandboxed,
    shopify,
    tenants,
)
from warehouse.connections import Role, connect
from warehouse.settings import Settings

__all__ = ["sandboxed", "shopify", "tenants"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
BUYER = """
select customers.id, customers.payload #>> '{defaultEmailAddress,emailAddress}'
from raw.customers as customers
inner join raw.orders as orders on customers.tenant_id = orders.tenant_id
    and orders.payload #>> '{customer,id}' = customers.payload ->> 'id'
where customers.tenant_id = %s and orders.payload ->> 'email' is not null
    and customers.payload #>> '{defaultEmailAddress,emailAddress}' is not null
order by 1 limit 1
"""
WITH_E_MAIL = """
select count(*) from raw.{table}
where tenant_id = %s and position(lower(%s) in lower(payload::text)) > 0
"""


def documents_with(settings: Settings, tenant: int, email: str) -> list[int]:
    """How many orders and customers of a tenant name an e-mail."""
    return [
        rows(settings, WITH_E_MAIL.format(table=table), tenant, email)[0][0]
        for table in ("orders", "customers")
    ]


def test_a_person_whom_shopify_still_knows_stays_erased(
    sandboxed: Settings, shopify: LocalShopify, tenants: list[int]
) -> None:
    first, second = tenants
    domains = [shop["shopDomain"] for shop in shopify.shops]
    for tenant in tenants:
        sync_tenant(sandboxed, tenant, trigger="test")
    ((customer, email),) = rows(sandboxed, BUYER, first)
    shopify.control(
        f"shops/{domains[0]}/compliance", topic="customers/redact", customer_id=customer
    )
    before = documents_with(sandboxed, second, email)
    assert min(documents_with(sandboxed, first, email)) > 0

    land_deliveries(sandboxed, shopify.delivered(), dict(zip(domains, tenants, strict=True)))
    load_webhooks(sandboxed)
    (deed,) = act_on_requests(sandboxed)
    assert deed.problem is None
    assert documents_with(sandboxed, first, email) == [0, 0]

    with connect(sandboxed, Role.OWNER) as connection:
        connection.execute("delete from control.cursors")
    again = sync_tenant(sandboxed, first, trigger="test")
    assert again.counts["orders"] > 0
    assert documents_with(sandboxed, first, email) == [0, 0]
    assert documents_with(sandboxed, second, email) == before
