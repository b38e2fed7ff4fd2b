"""Documents that are odd but allowed stop no build, and their figures are right."""

from decimal import Decimal

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import (
    PLACED,
    admin_order,
    agreement,
    bag,
    gid,
    refund_line,
    sale,
    webhook_line,
    webhook_order,
    webhook_refund,
)

LATER = "2026-03-12T12:00:00Z"
SHIPPING = {"id": 3, "price": "5.00"}


def test_a_list_that_is_null_is_an_empty_one(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("nulls")
    lists = dict.fromkeys(("line_items", "shipping_lines", "refunds"))
    refund = webhook_refund(7, 2, PLACED, []) | dict.fromkeys(
        ("refund_line_items", "refund_shipping_lines", "order_adjustments", "transactions")
    )
    warehouse.load(
        (tenant, "orders", "webhook", webhook_order(1, [], 10) | lists),
        (tenant, "orders", "webhook", webhook_order(2, [webhook_line(1, 10)], 10)),
        (tenant, "refunds", "webhook", refund),
    )
    warehouse.build()
    sales = [row["total_sales"] for row in warehouse.read(tenant, "orders")]
    assert sales == [Decimal(0), Decimal(10)]


def test_refunded_shipping_is_told_apart_without_ids_and_from_lines_of_its_number(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("nameless")
    nameless = [
        {"id": None, "subtotalAmountSet": bag(amount), "taxAmountSet": bag(0)} for amount in (1, 2)
    ]
    admin = {
        "id": gid("Refund", 8),
        "orderId": 1,
        "createdAt": LATER,
        "updatedAt": LATER,
        "refundShippingLines": nameless,
    }
    shipping = [{"id": 1, "subtotal_amount_set": {"shop_money": {"amount": "2.00"}}}]
    goods = [refund_line(5, 1, 1, 10.0)]
    order = webhook_order(
        1,
        [webhook_line(1, 10, current_quantity=0)],
        15,
        shipping_lines=[SHIPPING],
        refunds=[webhook_refund(7, 1, PLACED, goods, refund_shipping_lines=shipping)],
    )
    warehouse.load((tenant, "orders", "webhook", order), (tenant, "refunds", "admin", admin))
    warehouse.build()
    (row,) = warehouse.read(tenant, "orders")
    assert (row["shipping"], row["returns"], row["total_sales"]) == (0, 10, 0)


def test_refunds_within_an_order_of_the_older_shape_bound_what_is_left(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("older")
    line = webhook_line(1, 10, 3)
    del line["current_quantity"]
    refunds = [webhook_refund(7, 1, LATER, [refund_line(5, 1, 2, 20.0)])]
    order = webhook_order(1, [line], 30, refunds=refunds, updated_at=LATER)
    del order["current_total_price"]
    warehouse.load((tenant, "orders", "webhook", order))
    warehouse.build()
    (row,) = warehouse.read(tenant, "orders")
    assert (row["gross_sales"], row["returns"], row["net_sales"]) == (30, 20, 10)
    assert row["amount_paid"] == 30


def test_a_sale_of_a_line_that_no_document_lists_is_told_and_stops_no_build(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("unlisted")
    sales = [agreement(1, [sale(1, 10, quantity=1, line=1)])]
    warehouse.load((tenant, "orders", "admin", admin_order(1, [], sales)))
    built = warehouse.build()
    (row,) = warehouse.read(tenant, "orders")
    assert row["net_sales"] == 10
    assert [text.split(":")[0] for text in built.warnings] == [
        "assert_order_lines_sum_to_the_ledger"
    ]


def test_shipping_is_less_by_what_a_discount_of_the_order_took_from_it(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("shipping")
    shipping = SHIPPING | {"discounted_price": "5.00", "discount_allocations": [{"amount": "5.00"}]}
    partly = shipping | {"id": 4, "discounted_price": "3.00", "discount_allocations": []}
    order = webhook_order(1, [webhook_line(1, 10)], 13, shipping_lines=[shipping, partly])
    warehouse.load((tenant, "orders", "webhook", order))
    warehouse.build()
    (row,) = warehouse.read(tenant, "orders")
    assert (row["shipping"], row["total_sales"]) == (3, 13)


def test_totals_that_no_exchange_rate_explains_leave_the_buyers_money_unknown(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("rates")
    bags = {
        "shop_money": {"amount": "0.0001"},
        "presentment_money": {"amount": "1" * 14},
    }
    order = webhook_order(
        1, [webhook_line(1, 10)], "0.0001", presentment_currency="EUR", total_price_set=bags
    )
    warehouse.load((tenant, "orders", "webhook", order))
    warehouse.build()
    (row,) = warehouse.read(tenant, "ledger")
    assert (row["total"], row["presentment_total"]) == (10, None)
