"""The whole truth of a shop, as the control surface hands it out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.state.shop import Shop
from sandbox.truth.books import Setting, accounts
from sandbox.truth.checkouts import checkout_rows, funnel_rows
from sandbox.truth.cohorts import cohort_rows
from sandbox.truth.customers import customer_rows
from sandbox.truth.days import cash_rows, day_rows, order_day_rows
from sandbox.truth.products import product_rows
from sandbox.truth.refunds import refund_line_rows, refund_rows
from sandbox.truth.rows import line_rows, order_rows

_DIGITS = {"JPY": 0}
THRESHOLD = 60


def truth(
    shop: Shop, *, now: datetime | None = None, threshold: int = THRESHOLD
) -> dict[str, list[dict[str, Any]]]:
    """All rows by mart. Only the history and the profile are read."""
    setting = Setting(
        currency=shop.profile.currency,
        digits=_DIGITS.get(shop.profile.currency, 2),
        zone=ZoneInfo(shop.profile.timezone),
        included=shop.profile.taxes_included,
        began=shop.began,
        now=now or datetime.now(UTC),
        threshold=timedelta(minutes=threshold),
    )
    with shop.lock:
        history = list(shop.history)
    counted = accounts(history, setting)
    checkouts = list(checkout_rows(history, counted, setting))
    return {
        "orders": list(order_rows(counted, setting)),
        "order_lines": list(line_rows(counted, setting)),
        "customers": list(customer_rows(history, counted, setting)),
        "customer_cohorts": list(cohort_rows(history, counted, setting)),
        "daily_sales": list(day_rows(counted, setting)),
        "daily_sales_by_order": list(order_day_rows(counted, setting)),
        "daily_cash": list(cash_rows(counted, setting)),
        "products": list(product_rows(history, counted, setting)),
        "refunds": list(refund_rows(counted, setting)),
        "refund_lines": list(refund_line_rows(counted, setting)),
        "shops": [_shop_row(shop)],
        "checkouts": checkouts,
        "checkout_funnel": list(funnel_rows(checkouts)),
    }


def _shop_row(shop: Shop) -> dict[str, Any]:
    profile = shop.profile
    return {
        "name": profile.name,
        "currency": profile.currency,
        "iana_timezone": profile.timezone,
        "taxes_included": profile.taxes_included,
    }
