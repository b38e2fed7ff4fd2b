"""The proof: every figure of every mart against what the shop knows to be true.

The marts are read as the API reads them: as the reader role, with row security, one tenant at a
time. A mart for which the shop states no truth is itself a failure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from warehouse.connections import Role, connect
from warehouse.settings import Settings

Row = dict[str, Any]

# How a row of truth and a row of a mart find each other.
KEYS: dict[str, tuple[str, ...]] = {
    "orders": ("order_id",),
    "order_lines": ("order_id", "line_item_id"),
    "customers": ("customer_id", "first_order_id"),
    "daily_sales": ("shop_date", "currency"),
    "products": ("product_id",),
    "refunds": ("refund_id",),
    "refund_lines": ("refund_id", "refund_line_id"),
    # A tenant has one shop.
    "shops": (),
    "checkouts": ("checkout_id",),
    "checkout_funnel": ("shop_date", "currency"),
    "ledger": ("order_id",),
    "customer_cohorts": ("cohort_month", "month_number", "currency"),
    "daily_sales_by_order": ("shop_date", "currency"),
    "daily_cash": ("shop_date", "currency"),
}
# The tables under the views checkouts and customers, which say all of them and what depends on the
# moment; and how buyers are classed on a day, which is ours and no fact of the shop.
UNTOLD = frozenset(("checkout_lives", "customer_lives", "customer_rfm"))
# What a sync read again of a checkout that webhooks tell of: whether it did, the shop cannot know.
CHECKOUTS = (
    "select * from marts.checkouts where tenant_id = %s"
    " and uncounted_reason is distinct from 'live_known'"
)
SHOWN = 5


@dataclass
class MartProof:
    """One mart of one shop: rows and figures compared, and each difference in words."""

    mart: str
    rows: int = 0
    figures: int = 0
    sums: dict[str, str] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)


def prove_shop(settings: Settings, tenant_id: int, truth: dict[str, list[Row]]) -> list[MartProof]:
    """Compare every mart that exists with the truth; one MartProof each, sorted by name."""
    truth = {**truth, "ledger": ledger_truth(truth["orders"])}
    with connect(settings, Role.READER) as connection:
        connection.execute(f"set local app.tenant_id = '{int(tenant_id)}'")
        marts = existing_marts(connection)
        proofs = []
        for mart in sorted(marts | set(truth)):
            if mart not in truth:
                proofs.append(MartProof(mart, differences=["the shop states no truth for it"]))
            elif mart not in marts:
                proofs.append(MartProof(mart, differences=["it was not built"]))
            else:
                rows, true = settled(mart, read_mart(connection, tenant_id, mart), truth[mart])
                proofs.append(compare(mart, rows, true))
    return proofs


def existing_marts(connection: psycopg.Connection[Any]) -> set[str]:
    """The names of all relations in the schema marts."""
    rows = connection.execute(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'marts' and c.relkind in ('r', 'v', 'm', 'p')"
    )
    return {str(name) for (name,) in rows} - UNTOLD


def read_mart(connection: psycopg.Connection[Any], tenant_id: int, mart: str) -> list[Row]:
    """A tenant's rows of a mart; the ledger is summed to one row for each order."""
    if mart == "ledger":
        text = (
            "select order_id, sum(total) as total from marts.ledger"
            " where tenant_id = %s group by order_id"
        )
    elif mart == "checkouts":
        text = CHECKOUTS
    else:
        text = f"select * from marts.{mart} where tenant_id = %s"  # noqa: S608 - a known name
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(text.encode(), [tenant_id]).fetchall()


def settled(mart: str, found: list[Row], truth: list[Row]) -> tuple[list[Row], list[Row]]:
    """Both without the days of cash that say of themselves that a payment is not read yet."""
    if mart != "daily_cash":
        return found, truth
    open_days = {_key(mart, row) for row in found if row["is_provisional"]}
    return (
        [row for row in found if _key(mart, row) not in open_days],
        [row for row in truth if _key(mart, row) not in open_days],
    )


def ledger_truth(orders: list[Row]) -> list[Row]:
    """What the ledger of each order must sum to: total sales, tips and gift cards."""
    parts = ("total_sales", "tips", "gift_card_sales")
    return [
        {"order_id": row["order_id"], "total": str(sum(Decimal(str(row[part])) for part in parts))}
        for row in orders
    ]


def compare(mart: str, found: Iterable[Row], truth: Iterable[Row]) -> MartProof:
    """Compare rows by key and every column that the truth states."""
    proof = MartProof(mart)
    found_rows = {_key(mart, row): row for row in found}
    true_rows = {_key(mart, row): row for row in truth}
    proof.rows = len(true_rows)
    for key in true_rows.keys() - found_rows.keys():
        proof.differences.append(f"{_named(mart, key)} is missing")
    for key in found_rows.keys() - true_rows.keys():
        proof.differences.append(f"{_named(mart, key)} does not exist in the shop")
    for key in sorted(true_rows.keys() & found_rows.keys(), key=str):
        _compare_row(proof, _named(mart, key), found_rows[key], true_rows[key])
    proof.sums = {
        column: str(sum(Decimal(str(row[column])) for row in true_rows.values()))
        for column in ("gross_sales", "net_sales", "total_sales", "total")
        if any(column in row for row in true_rows.values())
    }
    return proof


def _compare_row(proof: MartProof, name: str, found: Row, true: Row) -> None:
    for column, value in true.items():
        proof.figures += 1
        if column not in found:
            proof.differences.append(f"{name}: the mart has no column {column}")
        elif normal(found[column]) != normal(value):
            proof.differences.append(
                f"{name}: {column} is {_shown(found[column])}, truly {_shown(value)}"
            )


def normal(value: object) -> object:
    """A value in the one form that both sides can be brought to."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, (date, UUID)):
        return str(value)
    text = str(value)
    for read in (Decimal, _time):
        try:
            return read(text)
        except (ArithmeticError, ValueError):
            continue
    return text


def _time(text: str) -> datetime:
    if "T" not in text:
        raise ValueError(text)
    return datetime.fromisoformat(text).astimezone(UTC)


def _key(mart: str, row: Row) -> tuple[object, ...]:
    # A customer with an id is found by it; a guest by the first order.
    if mart == "customers" and row["customer_id"] is not None:
        return (str(row["customer_id"]),)
    if mart == "customers":
        return ("guest", str(row["first_order_id"]))
    return tuple(str(row[column]) for column in KEYS[mart])


def _named(mart: str, key: tuple[object, ...]) -> str:
    return f"{mart} {'/'.join(str(part) for part in key)}"


def _shown(value: object) -> str:
    return str(normal(value))
