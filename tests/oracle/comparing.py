"""Two readings of a mart, held against each other row for row, each difference with its place."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from warehouse.settings import Settings

Row = dict[str, Any]
Key = tuple[Any, ...]

KEYS: dict[str, tuple[str, ...]] = {
    "ledger": ("tenant_id", "order_id", "sale_key"),
    "orders": ("tenant_id", "order_id"),
    "order_lines": ("tenant_id", "order_id", "line_item_id"),
    # Buyers' keys are random: a guest goes by the first order.
    "customers": ("tenant_id", "customer_id", "guest_order_id"),
    "customer_rfm": ("tenant_id", "as_of_date", "customer_id", "guest_order_id"),
    "customer_cohorts": ("tenant_id", "cohort_month", "month_number", "currency"),
    "daily_sales": ("tenant_id", "shop_date", "currency"),
    "daily_sales_by_order": ("tenant_id", "shop_date", "currency"),
    "daily_cash": ("tenant_id", "shop_date", "currency"),
    "products": ("tenant_id", "product_id"),
    "refunds": ("tenant_id", "refund_id"),
    "refund_lines": ("tenant_id", "refund_id", "refund_line_id"),
    "checkouts": ("tenant_id", "checkout_id"),
    "checkout_funnel": ("tenant_id", "shop_date", "currency"),
    "shops": ("tenant_id",),
}
# Columns made here to compare what is random there.
_ADDED = {
    "orders": ", min(order_id) over (partition by tenant_id, buyer_key) as buyer",
    "customers": ", case when customer_id is null then first_order_id end as guest_order_id",
    "customer_rfm": ", case when customer_id is null then first_order_id end as guest_order_id",
}


# Of a table that keeps each day the latest one is compared: earlier ones say what was known then.
_BESIDE = {
    "customer_rfm": " left join (select tenant_id, buyer_key, customer_id, first_order_id"
    " from marts.customers) as known using (tenant_id, buyer_key)"
    " where (tenant_id, as_of_date) in"
    " (select tenant_id, max(as_of_date) from marts.customer_rfm group by tenant_id)",
}


def read_mart(settings: Settings, mart: str) -> list[Row]:
    """All rows of a built mart, seen by the owner."""
    url = settings.database_url.get_secret_value()  # type: ignore[union-attr]
    query = f"select *{_ADDED.get(mart, '')} from marts.{mart}{_BESIDE.get(mart, '')}"
    with psycopg.connect(url) as connection:
        cursor = connection.execute(query)
        names = [column.name for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def differences(mart: str, expected: Iterable[Row], found: Iterable[Row]) -> Iterator[str]:
    """Each row that one side lacks and each value that differs: mart, tenant, key, column, both."""
    wanted, given = keyed(mart, expected), keyed(mart, found)
    for key in sorted(wanted.keys() | given.keys(), key=str):
        place = f"{mart} {_named(mart, key)}"
        if key not in given:
            yield f"{place}: the mart lacks this row; the oracle has {wanted[key]}"
        elif key not in wanted:
            yield f"{place}: the oracle lacks this row; the mart has {given[key]}"
        else:
            yield from (
                f"{place}, {column}: the oracle says {true!r}, the mart {given[key][column]!r}"
                for column, true in wanted[key].items()
                if column in given[key] and not _equal(true, given[key][column])
            )


def keyed(mart: str, rows: Iterable[Row]) -> dict[Key, Row]:
    """Rows by the mart's key; a key that stands twice is an error."""
    found: dict[Key, Row] = {}
    for row in rows:
        key = tuple(row[column] for column in KEYS[mart])
        assert key not in found, f"{mart} {_named(mart, key)} stands twice"
        found[key] = row
    return found


def _named(mart: str, key: Key) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(KEYS[mart], key, strict=True))


def _equal(expected: Any, found: Any) -> bool:  # noqa: ANN401
    if isinstance(expected, datetime) and isinstance(found, datetime):
        return expected.timestamp() == found.timestamp()
    if isinstance(expected, Decimal) and isinstance(found, int):
        return expected == found
    return bool(expected == found)
