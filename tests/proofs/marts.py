"""The marts as the database's own catalog names them, and their rows in a form that compares.

A mart that somebody adds is in every proof from that moment on: nothing here lists one by name but
the exempt.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import psycopg

from warehouse.settings import Settings

Row = dict[str, Any]
Rows = list[tuple[Any, ...]]
# Dated snapshots hold what was asked on their day; METRICS.md takes them out of both proofs.
EXEMPT = frozenset({"customer_rfm"})
# Numbers that we draw ourselves: they name a tenant's rows and say nothing of the shop.
OWN = frozenset({"tenant_id", "buyer_key"})

# What rows are known by where the catalog's key is a number of our own, or there is none.
NATURAL = {
    "customers": ("customer_id", "first_order_id"),
    "customer_lives": ("customer_id", "first_order_id"),
    "checkouts": ("checkout_id",),
    "checkout_funnel": ("shop_date", "currency"),
    "shops": ("shop_id",),
}

_MARTS = """
select relname from pg_catalog.pg_class
where relnamespace = 'marts'::regnamespace and relkind in ('r', 'v', 'm') order by relname
"""


def marts(settings: Settings) -> list[str]:
    """Every table and view of the schema marts but the exempt."""
    return [name for (name,) in _read(settings, _MARTS) if name not in EXEMPT]


def contents(settings: Settings, only: Iterable[str] = ()) -> dict[str, Rows]:
    """All rows of all tenants, in an order of their own."""
    chosen = list(only) or marts(settings)
    return {
        mart: sorted(_read(settings, f"select * from marts.{mart}"), key=str) for mart in chosen
    }


def rows_of(settings: Settings, tenant_id: int) -> dict[str, list[Row]]:
    """A tenant's rows in every mart, each as column and value."""
    return {mart: list(_rows(settings, mart, tenant_id)) for mart in marts(settings)}


def differing(
    settings: Settings, mart: str, ours: Iterable[Row], theirs: Iterable[Row]
) -> dict[str, str]:
    """The columns in which two tenants' rows of a mart differ, each with an example.

    `a row` stands for rows that one of them lacks.
    """
    key = NATURAL.get(mart) or key_columns(settings, mart)
    own, other = _by_key(ours, key), _by_key(theirs, key)
    lacking = sorted(own.keys() ^ other.keys())
    found = {"a row": f"of {lacking[0]}"} if lacking else {}
    for name in own.keys() & other.keys():
        for column, value in own[name].items():
            if column not in OWN and value != other[name][column]:
                found[column] = f"{name}: {value!r} and {other[name][column]!r}"
    return found


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The marts whose rows are not what they were."""
    return [mart for mart in before if before[mart] != after[mart]]


def key_columns(settings: Settings, mart: str) -> tuple[str, ...]:
    """The columns of a table's unique index but the tenant."""
    found = _read(
        settings,
        "select indexdef from pg_catalog.pg_indexes where schemaname = 'marts'"
        f" and tablename = '{mart}' and indexdef like 'CREATE UNIQUE%'",
    )
    columns = re.search(r"\(([^)]*)\)", str(found[0][0])) if found else None
    assert columns, f"name what rows of {mart} are known by in NATURAL"
    return tuple(one.strip() for one in columns[1].split(",") if one.strip() not in OWN)


def _by_key(rows: Iterable[Row], key: tuple[str, ...]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        name = ", ".join(str(row[column]) for column in key)
        assert name not in found, f"two rows of {name}"
        found[name] = row
    return found


def _rows(settings: Settings, mart: str, tenant_id: int) -> Iterator[Row]:
    with psycopg.connect(_url(settings)) as connection:
        query = f"select * from marts.{mart} where tenant_id = {int(tenant_id)} order by 1, 2, 3"
        cursor = connection.execute(query)  # type: ignore[call-overload]
        names = [column.name for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))


def _read(settings: Settings, query: str) -> Rows:
    with psycopg.connect(_url(settings)) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]


def _url(settings: Settings) -> str:
    """The owner's address: no row security stands between a proof and the rows."""
    return settings.database_url.get_secret_value()  # type: ignore[union-attr]
