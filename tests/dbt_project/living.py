"""Shops of the sandbox that go on living, and a warehouse that hears of them as in production."""

import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.landed.parse import Parsed, parse
from pipelines.landed.shops import record_shops
from sandbox.announcements import Announcement
from sandbox.documents.admin_order import order_document
from sandbox.documents.parts import Ref
from sandbox.documents.webhook_customer import customer_body
from sandbox.documents.webhook_product import level_body, product_body
from sandbox.errors import SandboxError
from sandbox.identifiers import gid
from sandbox.state.shop import Shop
from sandbox.world import World
from tests.dbt_project.conftest import MERGE, Warehouse
from warehouse.connections import Role, connect
from warehouse.landing import LandedEvent

NOW = datetime(2026, 7, 1, tzinfo=UTC)
KINDS = (
    *("order", "order", "order", "refund", "refund", "cancel", "capture", "delete"),
    *("customer_update", "customer_merge", "customer_delete"),
    *("product_create", "product_update", "product_delete", "inventory_update"),
    *("cart", "checkout", "checkout_update", "checkout_complete"),
)
Heard = tuple[int, str, bytes, datetime]


class Living:
    """Shops that go on living; what Shopify would announce is kept until it is delivered."""

    kinds: Sequence[str] = KINDS

    def __init__(self, warehouse: Warehouse, seed: int) -> None:
        self.warehouse = warehouse
        self.rng = random.Random(seed)
        self.world = World.generate(shops=2, orders=25, seed=seed, now=NOW)
        self.world.listener = self._hear
        self.tenants = {
            shop.profile.domain: warehouse.tenant(
                shop.profile.domain.partition(".")[0],
                timezone=shop.profile.timezone,
                currency=shop.profile.currency,
            )
            for shop in self.world.shops.values()
        }
        self.at = NOW
        self.told: list[Heard] = []

    def _hear(self, shop: Shop, told: list[Announcement]) -> None:
        tenant = self.tenants[shop.profile.domain]
        self.told += [(tenant, one.topic, one.body, one.happened_at) for one in told]

    def live(self, events: int) -> None:
        """Let things happen."""
        for _ in range(events):
            self.at += timedelta(hours=self.rng.randint(1, 20))
            domain = self.rng.choice(list(self.tenants))
            try:
                self.world.happen(domain, self.rng.choice(self.kinds), {}, at=self.at)
            except SandboxError:
                continue

    def deliver(self) -> None:
        """Deliver what was announced in any order, some of it twice, in several loads."""
        due = self.told + [one for one in self.told if self.rng.random() < 0.3]
        self.told = []
        self.rng.shuffle(due)
        for start in range(0, len(due), 7):
            load_heard(self.warehouse, due[start : start + 7])

    def read_again(self) -> None:
        """Load what a sync reads: Admin documents of all orders and refunds, and the rest."""
        for domain, tenant in self.tenants.items():
            shop = self.world.shops[domain]
            admin = [admin_documents(order, shop) for order in shop.orders.values()]
            self.warehouse.load(*((tenant, *one) for documents in admin for one in documents))
            load_heard(self.warehouse, catalogue(shop, tenant, self.at))


def catalogue(shop: Shop, tenant: int, at: datetime) -> Iterable[Heard]:
    """Customers, products and stock as their webhooks tell them."""
    for known in shop.customers:
        yield tenant, "customers/update", told(customer_body(shop, known)), at
    for known in shop.goods.products:
        yield tenant, "products/update", told(product_body(shop, known)), at
    for level in shop.goods.levels.values():
        yield tenant, "inventory_levels/update", told(level_body(level, shop.profile)), at


def told(body: Any) -> bytes:  # noqa: ANN401
    return json.dumps(body).encode()


def load_heard(warehouse: Warehouse, heard: Iterable[Heard]) -> None:
    """One load of webhooks, parsed as the loader parses them."""
    warehouse.loads += 1
    load_id, parsed = f"load-{warehouse.loads}", list[Parsed]()
    with connect(warehouse.settings, Role.LOADER) as connection:
        for tenant, topic, body, at in heard:
            parsed += parse(LandedEvent(tenant, 1, "webhook", topic, at, body))
        for one in parsed:
            known = one.document
            values = [known.tenant_id, known.id, known.origin, known.updated_at, known.triggered_at]
            values += [known.parent_id, known.payload, load_id]
            connection.execute(MERGE.format(table=one.table), values)
        record_shops(connection, parsed)
        connection.execute("insert into raw._dlt_loads (load_id, status) values (%s, 0)", [load_id])


def admin_documents(order: Any, shop: Shop) -> Iterable[tuple[str, str, dict[str, Any]]]:  # noqa: ANN401
    """The sandbox's order with what the bulk query asks for, and its refunds as read by id."""
    document = order_document(order, shop.profile)
    for one in document["refunds"]:
        lines = [{**line, "lineItem": pointer(line["lineItem"])} for line in one["refundLineItems"]]
        payments = [bare(payment) for payment in one["transactions"]]
        known = {**bare(one), "refundLineItems": lines, "transactions": payments}
        known["refundShippingLines"] = [bare(part) for part in one["refundShippingLines"]]
        yield "refunds", "admin", readable({**known, "orderId": order.order_id}, shop)
    document["customer"] = plain(document["customer"])
    document["refunds"] = [
        {name: one[name] for name in ("id", "createdAt", "note", "totalRefundedSet")}
        for one in document["refunds"]
    ]
    for one in document["agreements"]:
        one["refund"] = one.get("refund") and {"id": one["refund"]["id"]}
        for sale in one["sales"]:
            for name in ("lineItem", "shippingLine"):
                if sale.get(name):
                    sale[name] = {"id": sale[name]["id"]}
    document["transactions"] = [bare(payment) for payment in document["transactions"]]
    unread = ("returns", "fulfillments", "shippingLine")
    yield "orders", "admin", readable({k: v for k, v in document.items() if k not in unread}, shop)


def bare(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what points back to where it stands."""
    back = ("parentTransaction", "order", "shippingLine")
    return {name: value for name, value in document.items() if name not in back}


def pointer(value: Any) -> Any:  # noqa: ANN401
    return {"id": value["id"]} if isinstance(value, dict) else plain(value)


def readable(document: dict[str, Any], shop: Shop) -> dict[str, Any]:
    """As JSON tells it: a product that is gone is null on the lines that named it."""

    def told(value: Any) -> Any:  # noqa: ANN401
        is_gone = value.kind == "Product" and value.number not in shop.goods.products
        return None if is_gone else plain(value)

    return dict(json.loads(json.dumps(document, default=told)))


def plain(value: Any) -> Any:  # noqa: ANN401
    return {"id": gid(value.kind, value.number)} if isinstance(value, Ref) else value
