"""A second opinion on every mart: from the raw documents alone, in DuckDB, in SQL of its own.

The SQL beside this module is written from METRICS.md and shares no line with the dbt models. It
knows Admin documents with their agreements; what webhooks tell in their stead is not its business.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa  # type: ignore[import-untyped]

from warehouse.settings import Settings

Row = dict[str, Any]
HERE = Path(__file__).parent
# The order in which the files build upon each other.
STEPS = (
    *("documents", "sales", "bridge", "figures", "payments", "orders"),
    *("goods", "products", "days"),
    *("refund_lines", "refunds", "customers", "cohorts", "classes"),
    *("checkouts", "abandonment", "funnel", "abandoners"),
)
DOCUMENTS = (
    *("shops", "orders", "customers", "customer_merges", "refunds", "products"),
    *("inventory_levels", "checkouts", "checkout_deletions", "carts", "checkout_activity"),
)
# Today, to a table that keeps each day, is the day on which its build began.
BUILD_BEGAN = "select max(started_at) from control.builds where build_group = 'all'"
_MOMENT = pa.timestamp("us", tz="UTC")
_DOCUMENT = pa.schema(
    [
        ("tenant_id", pa.int64()),
        ("id", pa.string()),
        ("origin", pa.string()),
        ("updated_at", _MOMENT),
        ("triggered_at", _MOMENT),
        ("parent_id", pa.string()),
        ("payload", pa.string()),
    ]
)
# What no document tells: since when a shop is heard, and what was set for it here.
_TENANT = pa.schema(
    [
        ("tenant_id", pa.int64()),
        ("coverage_from", _MOMENT),
        ("checkout_webhooks_from", _MOMENT),
        ("abandonment_minutes", pa.int64()),
    ]
)


class Oracle:
    """Every mart as it must be, computed once from what a database holds in its raw tables."""

    def __init__(self, settings: Settings, *, now: datetime | None = None) -> None:
        self._duck = duckdb.connect()
        self._duck.execute("set TimeZone = 'UTC'")
        self._duck.execute("set threads = 1")
        self._duck.execute("set variable now = $1", [now or datetime.now(UTC)])
        url = settings.database_url.get_secret_value()  # type: ignore[union-attr]
        with psycopg.connect(url) as connection:
            self._export(connection)
            began = connection.execute(BUILD_BEGAN).fetchone()
            self._duck.execute("set variable build_began = $1", began)
        self._duck.execute(words())
        for step in STEPS:
            self._duck.execute(_sql(step))

    def _export(self, connection: psycopg.Connection[Any]) -> None:
        for name in DOCUMENTS:
            query = (
                "select tenant_id, id::text, origin, updated_at, triggered_at, parent_id::text,"
                f" payload::text from raw.{name}"
            )
            self._take(connection, f"raw_{name}", query, _DOCUMENT)
            self._duck.execute(f"alter table raw_{name} alter payload type json")
        columns = ", ".join(_TENANT.names)
        self._take(connection, "tenants", f"select {columns} from control.tenants", _TENANT)

    def _take(
        self, connection: psycopg.Connection[Any], name: str, query: str, schema: pa.Schema
    ) -> None:
        rows = connection.execute(query).fetchall()
        columns = list(zip(*rows, strict=True)) or [()] * len(schema)
        taken = pa.table(
            [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)],
            schema=schema,
        )
        self._duck.register("taken", taken)
        self._duck.execute(f"create table {name} as select * from taken")
        self._duck.unregister("taken")

    def marts(self) -> list[str]:
        """The marts that it has an opinion on."""
        query = "select table_name from information_schema.tables where table_schema = 'marts'"
        return sorted(name for (name,) in self._duck.execute(query).fetchall())

    def read(self, mart: str) -> list[Row]:
        """All rows of a mart as they must be."""
        cursor = self._duck.execute(f'select * from marts."{mart}"')
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def words() -> str:
    """The macros that the other files are written in."""
    return _sql("words")


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")
