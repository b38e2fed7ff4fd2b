"""A small shop with a refund and a repeat buyer, and a look at the compat views over it."""

from typing import Any

from tests.dbt_project.case_form import admin_refund, given_back
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import admin_line, admin_order, agreement, bag, gid, sale
from tests.dbt_project.documents import transaction as payment
from warehouse.connections import Role, connect

GRAINS = {
    "shopify__customers": "customer_id",
    "shopify__daily_shop": "date_day, currency",
    "shopify__order_lines": "order_id, order_line_id",
    "shopify__orders": "order_id",
    "shopify__products": "product_id",
    "shopify__refunds": "order_id, refund_id",
}
BACK = "2026-03-12T12:00:00Z"
LATER = "2026-03-14T12:00:00Z"
Row = dict[str, Any]


def read(warehouse: Warehouse, tenant_id: int, view: str, where: str = "true") -> list[Row]:
    """A tenant's rows of a view, as the reading role sees them."""
    with connect(warehouse.settings, Role.READER) as connection:
        connection.execute(f"set local app.tenant_id = '{tenant_id}'")
        cursor = connection.execute(
            f"select * from compat.{view} where {where} order by {GRAINS[view]}"
        )
        names = [column.name for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def customer() -> Row:
    return {"id": gid("Customer", 77), "email": "ann@example.com"}


def first_order() -> Row:
    """Two units at 10 and shipping of 6 with a discount of 1, taxed; a unit goes back."""
    sold = [
        sale(1, 22, tax=2, quantity=2, line=1),
        sale(2, "5.5", tax="0.5", discount=1, kind="SHIPPING"),
    ]
    reversed_ = [
        sale(3, -11, tax=-1, quantity=-1, line=1, action="RETURN"),
        sale(4, "-2.2", tax="-0.2", kind="SHIPPING", action="RETURN"),
        sale(5, "-0.5", kind="ADJUSTMENT", action="RETURN"),
    ]
    return admin_order(
        7,
        [admin_line(1, 10, quantity=2)],
        [agreement(1, sold), agreement(2, reversed_, reason="REFUND", at=BACK, refund=9)],
        customer=customer(),
        totalPriceSet=bag("27.5"),
        refunds=[{"id": gid("Refund", 9)}],
        transactions=[payment(1, "SALE", "27.5"), payment(2, "REFUND", "13.7")],
    )


def second_order() -> Row:
    lines = [agreement(6, [sale(6, 30, quantity=3, line=2)], at=LATER)]
    return admin_order(
        8,
        [admin_line(2, 10, quantity=3)],
        lines,
        customer=customer(),
        createdAt=LATER,
        processedAt=LATER,
        updatedAt=LATER,
        transactions=[payment(3, "SALE", 30)],
    )


def refund() -> Row:
    return admin_refund(9, 7, BACK, "13.7", refundLineItems=[given_back(1, 1, 1, 10)])


def history(tenant_id: int) -> list[tuple[int, str, str, Row]]:
    """The first order, its refund and its customer, as (tenant, table, origin, document)."""
    known = {"id": gid("Customer", 77), "updatedAt": BACK, "defaultEmailAddress": None}
    return [
        (tenant_id, "orders", "admin", first_order()),
        (tenant_id, "refunds", "admin", refund()),
        (tenant_id, "customers", "admin", known),
    ]
