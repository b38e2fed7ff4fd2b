"""The form of a case with a known answer, and the parts that its stories are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.dbt_project.documents import Document, bag, gid

JANUARY, MARCH = "2026-01-15T12:00:00Z", "2026-03-20T12:00:00Z"
REFUND_LISTS = ("refundLineItems", "refundShippingLines", "orderAdjustments", "transactions")
Documents = list[Document]
Answers = Mapping[str, object]


@dataclass(frozen=True)
class Case:
    """One story of one shop. Where webhooks alone cannot know an answer, `alone` says theirs."""

    admin: Documents
    webhooks: list[tuple[str, Document]]
    answers: Answers = field(default_factory=dict)
    refunds: Documents = field(default_factory=list)
    alone: Answers = field(default_factory=dict)
    days: Answers = field(default_factory=dict)
    days_alone: Answers = field(default_factory=dict)
    first: Documents = field(default_factory=list)
    timezone: str = "UTC"

    def expected(self, path: str) -> Answers:
        return {**self.answers, **(self.alone if path == "webhook" else {})}

    def days_of(self, path: str) -> Answers:
        return (self.days_alone if path == "webhook" else {}) or self.days


def created(*orders: Document) -> list[tuple[str, Document]]:
    return [("orders/create", order) for order in orders]


def updated(order: Document, **changes: Any) -> tuple[str, Document]:  # noqa: ANN401
    return ("orders/updated", {**order, "updated_at": MARCH, **changes})


def admin_refund(number: int, order: int, at: str, total: object, **lists: Any) -> Document:  # noqa: ANN401
    """A refund as it is read by its order's id."""
    empty: Document = {name: [] for name in REFUND_LISTS}
    return {
        "id": gid("Refund", number),
        "orderId": order,
        "createdAt": at,
        "updatedAt": at,
        "totalRefundedSet": bag(total),
        **empty,
        **lists,
    }


def listed(*refunds: Document) -> Documents:
    """How an order's document lists its refunds."""
    return [{k: one[k] for k in ("id", "createdAt", "totalRefundedSet")} for one in refunds]


def given_back(
    number: int, line: int, quantity: int, subtotal: object, tax: object = 0
) -> Document:
    """A line of an Admin refund."""
    return {
        "id": gid("RefundLineItem", number),
        "quantity": quantity,
        "restockType": "RETURN",
        "restocked": True,
        "lineItem": {"id": gid("LineItem", line)},
        "subtotalSet": bag(subtotal),
        "totalTaxSet": bag(tax),
    }
