"""Cash by the day of its payment: what Admin documents list, and until then what is told.

Each story is a shop of its own; its chapters are built one after the other.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import (
    PLACED,
    admin_line,
    admin_order,
    agreement,
    bag,
    paid_back,
    refund_line,
    sale,
    transaction,
    webhook_line,
    webhook_order,
    webhook_refund,
)

CAPTURED, RETURNED, LATER = "2026-03-12T12:00:00Z", "2026-03-20T12:00:00Z", "2026-04-01T00:00:00Z"
Document = tuple[str, str, dict[str, Any]]
Day = tuple[str, int, int, bool]


def payment(
    number: int, kind: str, amount: int, at: str = PLACED, gateway: str = "manual", **more: object
) -> dict[str, Any]:
    return transaction(number, kind, amount, processedAt=at, gateway=gateway, **more)


def stated(*payments: dict[str, Any], updated: str = CAPTURED) -> Document:
    """An order of 100 whose payments the Admin API lists."""
    sold = [agreement(1, [sale(1, 100, quantity=1, line=1)])]
    told = {"updatedAt": updated, "transactions": list(payments)}
    return "orders", "admin", admin_order(1, [admin_line(1, 100)], sold, **told)


def told(**changes: object) -> Document:
    """The same order by its webhook."""
    return "orders", "webhook", webhook_order(1, [webhook_line(1, 100)], 100, **changes)


def refunded(amount: str, **changes: object) -> Document:
    """A refund of its goods by its webhook."""
    payments = [paid_back(2, amount, **changes)]
    body = webhook_refund(7, 1, RETURNED, [refund_line(8, 1, 1, 100.0)], transactions=payments)
    return "refunds", "webhook", body


CHAPTERS: dict[str, tuple[Document, Document | None]] = {
    "kinds": (
        stated(
            payment(1, "SALE", 60),
            payment(2, "CAPTURE", 40, CAPTURED),
            payment(3, "CHANGE", 5, CAPTURED),
            payment(4, "SALE", 30, "2026-03-13T12:00:00Z", "gift_card"),
            payment(5, "SALE", 20, "2026-03-14T12:00:00Z", "shopify_store_credit"),
            payment(6, "REFUND", 10, RETURNED),
            payment(7, "SALE", 99, status="FAILURE"),
            payment(8, "SALE", 99, test=True),
            payment(9, "AUTHORIZATION", 99),
        ),
        None,
    ),
    "re-dated": (
        stated(payment(1, "SALE", 100, CAPTURED)),
        stated(payment(1, "SALE", 100), updated=RETURNED),
    ),
    "deleted": (
        stated(payment(1, "SALE", 100)),
        ("orders", "webhook", {"id": 1, "deleted_at": LATER}),
    ),
    "unread": (
        told(updated_at=CAPTURED),
        stated(payment(1, "SALE", 100, "2026-03-11T12:00:00Z")),
    ),
    "unpaid": (told(financial_status="pending"), None),
    "refund-first": (
        stated(payment(1, "SALE", 100)),
        refunded("100.00", processed_at="2026-03-21T12:00:00Z"),
    ),
    "refund-listed": (
        refunded("100.00", processed_at="2026-03-21T12:00:00Z"),
        stated(
            payment(1, "SALE", 100),
            payment(2, "REFUND", 100, "2026-03-22T12:00:00Z"),
            updated=RETURNED,
        ),
    ),
    "foreign": (stated(payment(1, "SALE", 100)), refunded("130.00", currency="CAD")),
    "converted": (
        stated(
            payment(
                1,
                "SALE",
                0,
                "2026-03-09T03:30:00Z",
                amountSet=bag(9, presented="12.77", other="CAD"),
            )
        ),
        None,
    ),
}


@pytest.fixture(scope="module")
def days(new_warehouse: Callable[[], Warehouse]) -> dict[str, list[list[Day]]]:
    """What the bank account of each shop shows after each chapter."""
    warehouse = new_warehouse()
    zones = {"converted": "America/New_York"}
    tenants = {name: warehouse.tenant(name, timezone=zones.get(name, "UTC")) for name in CHAPTERS}
    seen: dict[str, list[list[Day]]] = {name: [] for name in CHAPTERS}
    for chapter in (0, 1):
        for name, documents in CHAPTERS.items():
            if (document := documents[chapter]) is not None:
                warehouse.load((tenants[name], *document))
        if chapter:
            warehouse.move(tenants["converted"], timezone="UTC")
        assert not warehouse.build(tests=bool(chapter)).warnings
        for name, tenant in tenants.items():
            seen[name].append([shown(row) for row in warehouse.read(tenant, "daily_cash")])
    return seen


def shown(row: dict[str, Any]) -> Day:
    assert row["net_cash"] == row["paid"] - row["refunded"]
    return (
        f"{row['shop_date']:%m-%d}",
        int(row["paid"]),
        int(row["refunded"]),
        row["is_provisional"],
    )


def test_each_payment_is_of_its_own_day_and_gift_cards_are_no_cash(
    days: dict[str, list[list[Day]]],
) -> None:
    expected = [("03-10", 60, 0, False), ("03-12", 35, 0, False), ("03-20", 0, 10, False)]
    assert days["kinds"] == [expected, expected]


def test_a_payment_that_moves_or_goes_takes_its_day_along(days: dict[str, list[list[Day]]]) -> None:
    assert days["re-dated"] == [[("03-12", 100, 0, False)], [("03-10", 100, 0, False)]]
    assert days["deleted"] == [[("03-10", 100, 0, False)], []]


def test_days_of_payments_that_are_not_read_yet_say_so_until_they_are(
    days: dict[str, list[list[Day]]],
) -> None:
    assert days["unread"] == [
        [("03-10", 0, 0, True), ("03-12", 0, 0, True)],
        [("03-11", 100, 0, False)],
    ]


def test_an_order_for_which_nothing_was_paid_leaves_no_day_open(
    days: dict[str, list[list[Day]]],
) -> None:
    assert days["unpaid"] == [[], []]


def test_what_a_refund_tells_of_its_payment_counts_until_the_order_lists_it(
    days: dict[str, list[list[Day]]],
) -> None:
    assert days["refund-first"][1] == [("03-10", 100, 0, False), ("03-21", 0, 100, True)]
    assert days["refund-listed"] == [[], [("03-10", 100, 0, False), ("03-22", 0, 100, False)]]


def test_money_that_went_back_in_another_currency_is_not_converted_by_us(
    days: dict[str, list[list[Day]]],
) -> None:
    assert days["foreign"][1] == [("03-10", 100, 0, False), ("03-20", 0, 0, True)]


def test_the_shops_own_money_is_counted_on_the_shops_own_days(
    days: dict[str, list[list[Day]]],
) -> None:
    assert days["converted"] == [[("03-08", 9, 0, False)], [("03-09", 9, 0, False)]]
