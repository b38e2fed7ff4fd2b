"""Shopify-like ids. Every shop counts from the same bases: they share all ids on purpose."""

from __future__ import annotations

from collections import Counter

# Order and line ids cross 2^53 early: whoever reads them through a JSON float is caught.
_BASES = {
    "Order": (9_007_199_254_740_701, 37),
    "LineItem": (18_014_398_509_480_000, 41),
    "ShippingLine": (4_100_000_000_003, 7),
    "OrderTransaction": (6_300_000_000_019, 11),
    "Refund": (890_000_000_017, 13),
    "RefundLineItem": (470_000_000_023, 17),
    "RefundShippingLine": (50_000_000_011, 3),
    "OrderAdjustment": (310_000_000_007, 5),
    "OrderEdit": (120_000_000_013, 7),
    "Return": (21_000_000_011, 3),
    "Charge": (2_700_000_000_029, 11),
    "SalesAgreement": (77_000_000_001, 1),
    "Customer": (9_007_199_254_740_953, 29),
    "BulkOperation": (8_066_670_100_786, 32_768),
    "WebhookSubscription": (1_967_038_398_770, 32_768),
    "Product": (9_007_199_254_741_511, 2),
    "ProductVariant": (47_000_000_000_003, 9),
    "InventoryItem": (49_900_000_000_007, 9),
    "AbandonedCheckout": (36_400_000_000_013, 23),
    "Number": (1_001, 1),
    "Token": (1, 1),
}


class Identifiers:
    """Hands out the next id of each kind."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def next(self, kind: str) -> int:
        """One more number."""
        base, step = _BASES[kind]
        number = base + step * self._used[kind]
        self._used[kind] += 1
        return number

    def mark(self) -> Counter[str]:
        """Where the counting stands."""
        return self._used.copy()

    def restore(self, mark: Counter[str]) -> None:
        """Take back what was handed out since the mark: a refused event leaves no trace."""
        self._used = mark


def gid(kind: str, number: int) -> str:
    """Shopify's global id."""
    return f"gid://shopify/{kind}/{number}"
