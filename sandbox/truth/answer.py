"""The whole truth of a shop, as the control surface hands it out."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sandbox.state.shop import Shop
from sandbox.truth.books import Setting, accounts
from sandbox.truth.customers import customer_rows
from sandbox.truth.rows import day_rows, line_rows, order_rows

_DIGITS = {"JPY": 0}


def truth(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """All rows by mart. Only the history and the profile are read."""
    setting = Setting(
        currency=shop.profile.currency,
        digits=_DIGITS.get(shop.profile.currency, 2),
        zone=ZoneInfo(shop.profile.timezone),
        included=shop.profile.taxes_included,
    )
    with shop.lock:
        history = list(shop.history)
    counted = accounts(history, setting)
    return {
        "orders": list(order_rows(counted, setting)),
        "order_lines": list(line_rows(counted, setting)),
        "customers": list(customer_rows(history, counted, setting)),
        "daily_sales": list(day_rows(counted, setting)),
    }
