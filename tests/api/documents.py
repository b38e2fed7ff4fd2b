"""Documents as the Admin API gives them, put into raw the way a load leaves them there.

The amounts are chosen so that every figure can be added up in one's head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from warehouse.connections import Role, connect
from warehouse.settings import Settings

LOAD = "1767225600.0"
Told = list[dict[str, Any]]


@dataclass(frozen=True)
class Order:
    """An order of one line; `refunded` says when and how much of it went back."""

    id: int
    at: str
    total: str
    customer_id: int | None = None
    email: str | None = None
    refunded: tuple[tuple[str, str], ...] = ()
    currency: str = "EUR"
    test: bool = False

    def document(self) -> dict[str, Any]:
        customer = {"id": f"gid://shopify/Customer/{self.customer_id}", "firstName": None}
        return {
            "id": f"gid://shopify/Order/{self.id}",
            "name": f"#{self.id % 1000}",
            "number": self.id % 1000,
            "createdAt": self.at,
            "processedAt": self.at,
            "updatedAt": self.at,
            "test": self.test,
            "email": self.email,
            "customer": customer if self.customer_id else None,
            "displayFinancialStatus": "PAID",
            "currencyCode": self.currency,
            "presentmentCurrencyCode": self.currency,
            "taxesIncluded": False,
            "totalPriceSet": self._money(self.total),
            "currentTotalPriceSet": self._money(self.total),
            "lineItems": [],
            "shippingLines": [],
            "agreements": [
                self._agreement(0, self.at, self.total, reason="ORDER"),
                *(
                    self._agreement(number, at, f"-{amount}", reason="REFUND")
                    for number, (at, amount) in enumerate(self.refunded, start=1)
                ),
            ],
        }

    def _agreement(self, number: int, at: str, amount: str, *, reason: str) -> dict[str, Any]:
        sale = {
            "id": f"gid://shopify/ProductSale/{self.id}{number}",
            "__typename": "ProductSale",
            "actionType": "RETURN" if number else "ORDER",
            "lineType": "PRODUCT",
            "quantity": -1 if number else 1,
            "totalAmount": self._money(amount),
            "totalTaxAmount": self._money("0.00"),
            "totalDiscountAmountBeforeTaxes": self._money("0.00"),
            "lineItem": {"id": f"gid://shopify/LineItem/{self.id}"},
        }
        identity = f"gid://shopify/SalesAgreement/{self.id}{number}"
        return {"id": identity, "happenedAt": at, "reason": reason, "refund": None, "sales": [sale]}

    def _money(self, amount: str) -> dict[str, Any]:
        return money_bag(amount, self.currency)


def customer(number: int, *, email: str | None, first_name: str | None) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Customer/{number}",
        "defaultEmailAddress": {"emailAddress": email} if email else None,
        "firstName": first_name,
        "lastName": "Byron" if first_name else None,
        "createdAt": "2025-06-02T08:00:00Z",
        "amountSpent": {"amount": "0.00", "currencyCode": "EUR"},
    }


def product(number: int, *, title: str, price: str, at: str) -> dict[str, Any]:
    variant = {"id": f"gid://shopify/ProductVariant/{number}", "position": 1, "price": price}
    return {
        "id": f"gid://shopify/Product/{number}",
        "title": title,
        "vendor": "Alpine Tea",
        "productType": "Tea",
        "handle": f"product-{number}",
        "status": "ACTIVE",
        "createdAt": at,
        "updatedAt": at,
        "variants": [{**variant, "inventoryQuantity": 5}],
    }


def refund(number: int, *, order_id: int, at: str, paid: dict[str, str]) -> dict[str, Any]:
    """A refund of the Admin API; `paid` are its payments' amounts by their status."""
    return {
        "id": f"gid://shopify/Refund/{number}",
        "orderId": order_id,
        "createdAt": at,
        "note": "=too late",
        "totalRefundedSet": money_bag(paid.get("SUCCESS", "0.00")),
        "refundLineItems": [],
        "refundShippingLines": [],
        "orderAdjustments": [],
        "transactions": [
            {
                "id": f"gid://shopify/OrderTransaction/{number}{place}",
                "kind": "REFUND",
                "status": status,
                "test": False,
                "amountSet": money_bag(amount),
            }
            for place, (status, amount) in enumerate(paid.items())
        ],
    }


def checkout(
    token: str,
    *,
    created: str,
    total: str,
    email: str | None = None,
    completed: str | None = None,
    currency: str = "EUR",
) -> dict[str, Any]:
    """A checkout as its webhook tells it."""
    return {
        "token": token,
        "cart_token": f"cart-{token}",
        "email": email,
        "created_at": created,
        "updated_at": completed or created,
        "completed_at": completed,
        "currency": currency,
        "presentment_currency": currency,
        "total_price": total,
        "line_items": [{"key": "1", "quantity": 1}, {"key": "2", "quantity": 2}],
    }


def money_bag(amount: str, currency: str = "EUR") -> dict[str, Any]:
    money = {"amount": amount, "currencyCode": currency}
    return {"shopMoney": money, "presentmentMoney": money}


def load_orders(settings: Settings, tenant_id: int, orders: list[Order], load: str = LOAD) -> None:
    """Put orders into raw as one completed load."""
    documents = [(order.id, order.at, order.document()) for order in orders]
    _load(settings, "orders", tenant_id, documents, load=load)


def load_customers(
    settings: Settings, tenant_id: int, customers: dict[int, dict[str, Any]], load: str = LOAD
) -> None:
    """Put customers into raw as part of the same load."""
    documents = [(number, "2026-01-01T00:00:00Z", one) for number, one in customers.items()]
    _load(settings, "customers", tenant_id, documents, load=load)


def load_products(settings: Settings, tenant_id: int, products: Told, load: str = LOAD) -> None:
    """Put products into raw as part of the same load."""
    documents = [(_number(one["id"]), one["updatedAt"], one) for one in products]
    _load(settings, "products", tenant_id, documents, load=load)


def load_refunds(settings: Settings, tenant_id: int, refunds: Told, load: str = LOAD) -> None:
    """Put refunds into raw as part of the same load."""
    documents = [(_number(one["id"]), one["createdAt"], one) for one in refunds]
    parents = [one["orderId"] for one in refunds]
    _load(settings, "refunds", tenant_id, documents, parents=parents, load=load)


def load_checkouts(settings: Settings, tenant_id: int, checkouts: Told, load: str = LOAD) -> None:
    """Put checkouts into raw, each with the moment that it began at, as part of the same load."""
    documents = [(one["token"], one["updated_at"], one) for one in checkouts]
    parents = [one["cart_token"] for one in checkouts]
    _load(settings, "checkouts", tenant_id, documents, parents=parents, origin="webhook", load=load)
    moments = [
        (f"checkout:{one['token']}:{at}", at, {"token": one["token"], "at": at})
        for one in checkouts
        for at in {one["created_at"], one["updated_at"]}
    ]
    subjects = [f"checkout:{moment['token']}" for _, _, moment in moments]
    _load(
        settings,
        "checkout_activity",
        tenant_id,
        moments,
        parents=subjects,
        origin="webhook",
        load=load,
    )


def _number(gid: str) -> int:
    return int(gid.rpartition("/")[2])


def _load(
    settings: Settings,
    resource: str,
    tenant_id: int,
    documents: Sequence[tuple[int | str, str, Any]],
    *,
    parents: Sequence[int | str] | None = None,
    origin: str = "admin",
    load: str = LOAD,
) -> None:
    with connect(settings, Role.LOADER) as connection:
        _complete_load(connection, load)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"insert into raw.{resource} values (%s, %s, %s, %s, %s, %s, %s, %s)"
                " on conflict (tenant_id, id, origin) do update set payload = excluded.payload,"
                " updated_at = excluded.updated_at, triggered_at = excluded.triggered_at,"
                " _dlt_load_id = excluded._dlt_load_id",
                [
                    (tenant_id, number, origin, at, at, parent, Jsonb(document), load)
                    for (number, at, document), parent in zip(
                        documents, parents or [None] * len(documents), strict=True
                    )
                ],
            )


def _complete_load(connection: psycopg.Connection[Any], load: str) -> None:
    connection.execute(
        "create table if not exists raw._dlt_loads (load_id text, schema_name text, status bigint,"
        " inserted_at timestamptz, schema_version_hash text)"
    )
    connection.execute(
        "insert into raw._dlt_loads (load_id, status) select %s, 0"
        " where not exists (select 1 from raw._dlt_loads where load_id = %s)",
        [load, load],
    )
