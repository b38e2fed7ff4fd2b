"""What in an order's webhook asks for its agreements, compared with what is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.landed.marks import (
    State,
    admin_state,
    reason_to_mark,
    reason_when_new,
    webhook_state,
)
from tests.pipelines.landed.test_shapes import order

TIPPED = {"id": 1, "quantity": 1, "tip_payment_gateway": "shopify_payments"}
AT = datetime(2026, 3, 1, tzinfo=UTC)
KNOWN = State(
    updated_at=AT,
    cancelled=False,
    refunds=frozenset({1}),
    total=Decimal("10.00"),
    current_total=Decimal("8.00"),
    quantities={7: 2, 8: 0},
    payment="partially_refunded",
)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"updated_at": AT + timedelta(days=1)}, None),
        ({"total": Decimal("10.0"), "current_total": Decimal(8)}, None),
        ({"refunds": frozenset({1, 2})}, "refund"),
        ({"refunds": frozenset()}, None),
        ({"cancelled": True}, "cancellation"),
        ({"total": Decimal("12.00")}, "changed totals"),
        ({"current_total": Decimal("7.99")}, "changed totals"),
        ({"quantities": {7: 1, 8: 0}}, "edit or return"),
        ({"quantities": {7: 2, 8: 0, 9: 1}}, "edit or return"),
        ({"updated_at": AT - timedelta(seconds=1), "cancelled": True}, None),
        ({"updated_at": AT, "cancelled": True}, "cancellation"),
    ],
)
def test_a_difference_in_the_ledger_marks_and_nothing_else(
    change: dict[str, Any], reason: str | None
) -> None:
    seen = replace(KNOWN, payment=None, **change)
    assert reason_to_mark(KNOWN, seen, payment="partially_refunded") == reason


def test_a_payment_marks_only_where_the_payments_are_known() -> None:
    assert reason_to_mark(KNOWN, KNOWN, payment="refunded") == "payment"
    from_webhook = replace(KNOWN, payment=None)
    assert reason_to_mark(from_webhook, KNOWN, payment="refunded") is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"tags": "a, b"}, None),
        ({"financial_status": "paid"}, None),
        ({"current_total_price": None}, None),
        ({"cancelled_at": "2026-01-03T00:00:00Z"}, "cancellation"),
        ({"current_total_price": "9.00"}, "changed totals"),
        ({"refunds": [{"id": 5}]}, "refund"),
        ({"line_items": [{"id": 1, "quantity": 2, "current_quantity": 1}]}, "edit or return"),
        ({"presentment_currency": "CAD"}, "payment in another currency"),
        ({"total_tip_received": "0.00"}, None),
        ({"total_tip_received": "3.00"}, "tip"),
        ({"total_tip_received": "3.00", "line_items": [TIPPED]}, None),
    ],
)
def test_an_order_never_seen_before_is_marked_when_it_is_not_as_it_was_ordered(
    change: dict[str, Any], reason: str | None
) -> None:
    assert reason_when_new(order(**change)) == reason


def test_both_shapes_of_one_order_show_the_same_state() -> None:
    def bag(amount: str) -> dict[str, Any]:
        return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}

    known = admin_state(
        {
            "updatedAt": "2026-01-02T15:00:00Z",
            "cancelledAt": None,
            "refunds": [{"id": "gid://shopify/Refund/5"}],
            "totalPriceSet": bag("10.0"),
            "currentTotalPriceSet": bag("8.0"),
            "lineItems": [{"id": "gid://shopify/LineItem/1", "currentQuantity": 1}],
            "displayFinancialStatus": "PARTIALLY_REFUNDED",
        }
    )
    line = {"id": 1, "quantity": 2, "current_quantity": 1}
    seen = webhook_state(order(current_total_price="8.00", refunds=[{"id": 5}], line_items=[line]))
    assert known.updated_at == seen.updated_at
    assert reason_to_mark(known, seen, payment="partially_refunded") is None


def test_a_tombstone_shows_nothing_and_does_not_fail() -> None:
    state = webhook_state({"id": 1, "deleted_at": "2026-03-01T00:00:00Z"})
    assert (state.updated_at, state.total, state.quantities) == (None, None, {})
