"""A shop with long lists: ties everywhere, and more rows than lie between two kept places."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.api.documents import (
    Order,
    checkout,
    customer,
    load_checkouts,
    load_customers,
    load_orders,
    load_products,
    load_refunds,
    product,
    refund,
)
from tests.api.shops import Shop, rows
from warehouse.settings import Settings

CUSTOMERS, PRODUCTS = 2_105, 1_003
NEWS = "1767225601.0"
# Each list by offset, and how far its pages are told by: the contract's two ways.
BY_OFFSET = {
    "orders": "select order_id::text from marts.orders where tenant_id = %s"
    " order by processed_at desc, orders.order_id desc",
    "customers": "select coalesce(customer_id::text, 'guest:' || buyer_key) from marts.customers"
    " where tenant_id = %s order by total_spent desc, buyer_key desc",
    "products": "select product_id::text from marts.products where tenant_id = %s and is_listed"
    " order by created_at desc nulls last, products.product_id desc",
    "checkouts": "select checkout_id from marts.checkouts where tenant_id = %s and is_counted"
    " order by created_at desc, checkout_id desc",
    "refunds": "select refund_id::text from marts.refunds where tenant_id = %s"
    " order by created_at desc, refunds.refund_id desc",
}
PATHS = {
    "orders": "tenants/{}/orders",
    "customers": "tenants/{}/customers",
    "products": "tenants/{}/products",
    "checkouts": "analytics/checkouts/{}/list",
    "refunds": "analytics/refunds/{}/list",
}


@dataclass(frozen=True)
class Lists:
    """A shop with long lists, served, and another one that touches none of them."""

    settings: Settings
    shop: Shop
    api: httpx.Client

    def page(self, name: str, *, first: int, size: int, **query: object) -> dict[str, Any]:
        """A part of a list by page or by offset, as its endpoint takes it."""
        by_page = PATHS[name].startswith("tenants")
        window = {"page": first // size + 1} if by_page else {"offset": first}
        path = "/api/v1/" + PATHS[name].format(self.shop.tenant_id)
        answer = self.api.get(path, params={**window, "limit": size, **query})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def ids(self, name: str, **query: object) -> list[str]:
        """Every page of a list, one after the other; the counts agree with them."""
        size = 7 if name not in ("customers", "products") else 250
        found: list[str] = []
        while True:
            part = self.page(name, first=len(found), size=size, **query)
            total = part["total"] if "total" in part else part["pagination"]["totalCount"]
            found += [row["id"] for row in part[name]]
            if len(part[name]) < size:
                assert total == len(found)
                return found


def day(number: int, hour: int = 12) -> str:
    return (datetime(2026, 1, 1, hour, tzinfo=UTC) + timedelta(days=number)).isoformat()


def fill(settings: Settings, tenant_id: int) -> None:
    """Ties of time, of money and of both; days with one row and days with many."""
    placed = [Order(1_000 + n, day(n * n % 17), "10.00", customer_id=n % 40 + 1) for n in range(90)]
    load_orders(settings, tenant_id, placed)
    named = {n: customer(n, email=None, first_name=None) for n in range(1, CUSTOMERS + 1)}
    load_customers(settings, tenant_id, named)
    made = [product(n, title="Tea", price="1.00", at=day(n % 3)) for n in range(1, PRODUCTS + 1)]
    made[0]["createdAt"] = made[-1]["createdAt"] = None
    load_products(settings, tenant_id, made)
    paid = {"SUCCESS": "1.00"}
    load_refunds(
        settings,
        tenant_id,
        [refund(n, order_id=1_000 + n, at=day(20 + n % 4), paid=paid) for n in range(40)],
    )
    begun = [
        checkout(f"c{n:02}", created=day(n % 6), total="5.00", completed=day(n % 6, 13))
        if n % 3
        else checkout(f"c{n:02}", created=day(n % 6), total="5.00")
        for n in range(50)
    ]
    now = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="seconds")
    begun += [checkout(f"open{n:02}", created=now, total="5.00") for n in range(10)]
    load_checkouts(settings, tenant_id, begun)


def change(settings: Settings, tenant_id: int) -> None:
    """Orders and refunds on other days, products and customers that come, checkouts bought."""
    moved = [Order(1_000 + n, day(30 + n % 2), "99.00", customer_id=60 + n) for n in range(9)]
    load_orders(settings, tenant_id, moved, load=NEWS)
    load_refunds(
        settings,
        tenant_id,
        [refund(n, order_id=1_000 + n, at=day(40), paid={"SUCCESS": "2.00"}) for n in range(5)],
        load=NEWS,
    )
    load_products(
        settings, tenant_id, [product(5_000, title="New", price="1.00", at=day(60))], load=NEWS
    )
    load_checkouts(
        settings,
        tenant_id,
        [
            checkout("c00", created=day(0), total="5.00", completed=day(1, 14)),
            checkout("late", created=day(2), total="5.00"),
        ],
        load=NEWS,
    )


def by_offset(lists: Lists, name: str) -> list[str]:
    return [str(one) for (one,) in rows(lists.settings, BY_OFFSET[name], lists.shop.tenant_id)]
