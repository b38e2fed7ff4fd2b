"""What every shop must have lived through: scripted orders, and what browsing comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Then = tuple[tuple[float, str, Mapping[str, Any]], ...]


@dataclass(frozen=True)
class Case:
    """One thing that every shop must have, and what comes of it: (days later, kind, wishes)."""

    wishes: Mapping[str, Any]
    then: Then = ()


_PAID: Mapping[str, Any] = {"payment": "paid", "test": False}
CASES = (
    Case({**_PAID, "lines": 1, "quantity": 3, "discount": "none", "shipping": False}),
    Case(
        {**_PAID, "discount": "both", "lines": 3, "quantity": 3},
        ((9, "refund", {"share": "part"}),),
    ),
    Case(
        {**_PAID, "shipping": True, "lines": 2},
        ((40, "refund", {"share": "full", "shipping": True}),),
    ),
    Case(
        {**_PAID, "lines": 2, "quantity": 7, "discount": "order"},
        ((3, "refund", {"share": "part"}), (11, "refund", {"share": "part"}), (20, "cancel", {})),
    ),
    Case({"payment": "pending", "discount": "order", "test": False}, ((2, "cancel", {}),)),
    Case({"payment": "authorized", "test": False}, ((6, "void", {}),)),
    Case({"payment": "authorized", "test": False}, ((1, "capture", {}), (4, "cancel", {}))),
    Case(
        {"payment": "partial", "test": False}, ((5, "refund", {"share": "full", "shipping": True}),)
    ),
    Case({"payment": "cash", "test": False}),
    Case({"payment": "split", "test": False}),
    Case(
        {"payment": "retried", "test": False}, ((5, "refund", {"share": "part", "pending": True}),)
    ),
    Case({**_PAID}, ((8, "refund", {"share": "goodwill"}),)),
    Case({**_PAID, "buyer": "guest_email", "email": "Casey@Example.org"}),
    Case({**_PAID, "buyer": "guest_email", "email": "casey@example.org"}),
    Case({**_PAID, "buyer": "guest_phone"}),
    Case({**_PAID, "buyer": "anonymous"}),
    Case({**_PAID, "buyer": "anonymous"}),
    Case({**_PAID, "gift_card": "only", "shipping": False}),
    Case({**_PAID, "gift_card": True}, ((7, "refund", {"share": "full"}),)),
    Case({**_PAID, "foreign": True}, ((7, "refund", {"share": "part"}),)),
    Case({**_PAID, "imported_days": 5}),
    Case({"test": True, "payment": "paid"}),
    Case({"test": True, "payment": "paid"}, ((2, "delete", {}),)),
)


RARE = (
    Case({**_PAID, "lines": 2}, ((4, "order_edit", {"change": "add"}),)),
    Case(
        {**_PAID, "lines": 1, "quantity": 3, "shipping": True},
        ((2, "order_edit", {"change": "remove"}), (9, "refund", {"share": "full"})),
    ),
    Case(
        {**_PAID, "lines": 1, "quantity": 2, "discount": "none"},
        ((3, "order_edit", {"change": "discount"}), (12, "refund", {"share": "part"})),
    ),
    Case({**_PAID, "lines": 1, "quantity": 2}, ((35, "return", {"fee": False, "refund": True}),)),
    Case({**_PAID, "lines": 1}, ((5, "return", {"fee": True, "refund": True}),)),
    Case({**_PAID, "lines": 2}, ((6, "return", {"refund": False}),)),
    Case({**_PAID, "lines": 2, "quantity": 2}, ((8, "exchange", {}),)),
    Case({**_PAID, "lines": 1, "quantity": 7}, ((33, "exchange", {"units": 7}),)),
    Case({**_PAID, "tip": True}),
    Case({**_PAID, "tip": True}, ((3, "cancel", {}),)),
    Case({**_PAID, "duty": True, "foreign": True}),
    Case({**_PAID, "duty": True, "handling": True}, ((10, "refund", {"share": "full"}),)),
    Case({**_PAID, "handling": True}, ((1, "cancel", {}),)),
    Case({**_PAID, "lines": 1, "quantity": 2}, ((7, "refund", {"share": "short"}),)),
    Case({**_PAID, "lines": 2, "quantity": 2}, ((7, "refund", {"share": "extra"}),)),
    Case({**_PAID}, ((7, "refund", {"share": "part", "failed": True, "pending": False}),)),
    Case({"payment": "gift_card", "test": False}, ((20, "refund", {"share": "part"}),)),
    Case({"payment": "store_credit", "test": False}),
    Case({"payment": "overpaid", "test": False}),
    Case(
        {"payment": "drifted", "foreign": True, "test": False},
        ((14, "refund", {"share": "full", "shipping": True}),),
    ),
    Case(
        {"payment": "authorized", "test": False},
        ((1, "capture", {"cents": 100}), (3, "capture", {})),
    ),
    Case(
        {"payment": "authorized", "test": False}, ((1, "capture", {"cents": 100}), (4, "void", {}))
    ),
)


_KNOWN: Mapping[str, Any] = {"contact": True, "buyer": "customer"}
_BOUGHT: Mapping[str, Any] = {"payment": "paid", "test": False}
_MINUTE = 1 / 1440
# Recovered ones have a customer: without, nothing ties the backfilled checkout to its order.
RECOVERED = (
    Case(_KNOWN, ((0.2, "checkout_complete", _BOUGHT),)),
    Case({**_KNOWN, "cart": True}, ((2.4, "checkout_complete", _BOUGHT),)),
    Case(
        {**_KNOWN, "buyer": "new_customer"},
        ((30 * _MINUTE, "checkout_update", {}), (1.1, "checkout_complete", _BOUGHT)),
    ),
    Case(
        {**_KNOWN, "lines": 2},
        ((1.5, "checkout_complete", {"payment": "authorized", "test": False}),),
    ),
)
ABANDONED = (
    Case({"contact": True, "buyer": "customer"}),
    Case({"contact": True, "buyer": "new_customer"}, ((0.1, "checkout_update", {}),)),
    Case({"contact": True, "buyer": "guest_email"}),
    Case({"contact": False}, ((12 * _MINUTE, "checkout_update", {}),)),
    Case({"contact": False}),
    Case({"contact": True, "buyer": "guest_phone", "cart": False}),
)
