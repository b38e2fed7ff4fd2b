"""Two shops with the same person in both, loaded by both paths and built, and a search of all."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from psycopg import sql

from pipelines.build import run_build
from pipelines.destination import SYNC_LANES
from pipelines.documents import Document, record_batches
from pipelines.load import lane, load_documents
from pipelines.privacy.acting import Deed, act_on_requests
from pipelines.webhooks import load_webhooks
from tests.conftest import DATABASE, recreate, settings_for
from tests.pipelines.conftest import land, make_tenant
from tests.privacy import planted
from tests.proofs.marts import rows_of
from warehouse.settings import Settings

Rows = list[dict[str, Any]]
FILLED = "shopmart_filled"
# What an erasure takes out of the marts; everything else must stay as it was.
PERSONAL = {
    "orders": {"email"},
    "customers": {"email", "phone", "first_name", "last_name"},
    "customer_lives": {"email", "phone", "first_name", "last_name"},
    # Whose an erased checkout was is said by the buyer's key in the e-mail's place.
    "checkout_lives": {"email", "phone", "weak_order_id", "buyer_key"},
    "checkouts": {"email", "phone", "weak_order_id", "buyer_key"},
    "refunds": {"reason"},
    "order_lines": {"title", "variant_title", "sku", "vendor"},
}


class House:
    """One installation with two shops; what a test lets happen in it, and what it looks at."""

    def __init__(self, settings: Settings, *, first: int = 0, second: int = 0) -> None:
        self.settings = settings
        self.first = first or make_tenant(settings, "first.myshopify.com")
        self.second = second or make_tenant(settings, "second.myshopify.com")

    def fill(self) -> None:
        """The person bought in both shops: webhooks, then a sync, then a build."""
        for tenant in (self.first, self.second):
            for topic, body in planted.landed():
                land(self.settings, tenant, topic, body)
        load_webhooks(self.settings)
        self.sync(self.first, planted.admin_documents())
        self.sync(self.second, planted.admin_documents())
        run_build(self.settings, tests=False)

    def sync(self, tenant: int, documents: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Load Admin documents as a sync does."""
        tables: dict[str, list[Document]] = {}
        for table, body in documents:
            number = int(str(body["id"]).rpartition("/")[2])
            order = body.get("orderId")
            at = datetime.fromisoformat(str(body["updatedAt"]))
            made = Document(
                *(tenant, number, "admin", at, datetime.now(UTC)),
                parent_id=None if order is None else int(order),
                payload=orjson.dumps(body).decode(),
            )
            tables.setdefault(table, []).append(made)
        with lane(self.settings, SYNC_LANES[0]) as name:
            batches = {table: record_batches(rows) for table, rows in tables.items()}
            load_documents(self.settings, name, batches)

    def ask(self, tenant: int, topic: str, body: object, webhook_id: str = "request") -> list[Deed]:
        """A request for privacy lands, is loaded, and acted upon."""
        given = body if isinstance(body, bytes) else orjson.dumps(body)
        land(self.settings, tenant, topic, given, webhook_id=webhook_id)
        load_webhooks(self.settings)
        return act_on_requests(self.settings)

    def build(self, *, full_refresh: bool = False, tests: bool = False) -> None:
        run_build(self.settings, full_refresh=full_refresh, tests=tests)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode(), values).fetchall()

    @property
    def url(self) -> str:
        return self.settings.database_url.get_secret_value()  # type: ignore[union-attr]

    def marts(self, tenant: int) -> dict[str, Rows]:
        """Every mart of a tenant without what tells of a person, and without the moment."""
        return {
            mart: sorted((bare(mart, row) for row in rows), key=str)
            for mart, rows in rows_of(self.settings, tenant).items()
        }

    def found(self, tenant: int, needles: Iterable[str] = planted.NEEDLES) -> list[str]:
        """Every column of every table of every schema in which one of the needles stands."""
        return [f"{table}.{column}: {text}" for table, column, text in self._found(tenant, needles)]

    def found_in_files(self, needles: Iterable[str] = planted.NEEDLES) -> list[str]:
        """The files of the home folder in which one of the needles stands."""
        texts = [needle.encode() for needle in needles]
        files = [path for path in Path(self.settings.home_path).rglob("*") if path.is_file()]
        return [
            str(path) for path in files if any(one in path.read_bytes().lower() for one in texts)
        ]

    def _found(self, tenant: int, needles: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        with psycopg.connect(self.url) as connection:
            for schema, table, column, kind, has_tenant in connection.execute(_COLUMNS).fetchall():
                value = sql.SQL("encode({}, 'escape')" if kind == "bytea" else "{}::text")
                query = sql.SQL(
                    "select {value} from {table} where {of} and lower({value}) like any(%s)"
                )
                made = query.format(
                    value=value.format(sql.Identifier(column)),
                    table=sql.Identifier(schema, table),
                    of=sql.SQL("tenant_id = {}").format(tenant) if has_tenant else sql.SQL("true"),
                )
                for (text,) in connection.execute(made, [[f"%{one}%" for one in needles]]):
                    yield f"{schema}.{table}", column, text[:120]


_COLUMNS = """
select columns.table_schema, columns.table_name, columns.column_name, columns.data_type,
    exists (
        select 1 from information_schema.columns as others
        where others.table_schema = columns.table_schema and others.table_name = columns.table_name
            and others.column_name = 'tenant_id'
    )
from information_schema.columns as columns
inner join information_schema.tables as tables using (table_schema, table_name)
where columns.table_schema not in ('pg_catalog', 'information_schema')
    and tables.table_type = 'BASE TABLE'
order by 1, 2, columns.ordinal_position
"""


def bare(mart: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a mart without what an erasure takes out of it."""
    gone = PERSONAL.get(mart, set())
    return {name: value for name, value in row.items() if name not in gone}


@pytest.fixture(scope="session")
def house_settings(
    cluster_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """One home for all these tests, so that dbt parses the models once."""
    recreate(cluster_url, DATABASE, template=template)
    return settings_for(tmp_path_factory.mktemp("house"), f"{cluster_url}/{DATABASE}")


@pytest.fixture(scope="session")
def filled(house_settings: Settings, cluster_url: str) -> str:
    """A database in which the person bought in both shops, to be cloned."""
    House(house_settings).fill()
    recreate(cluster_url, FILLED, template=DATABASE)
    return FILLED


@pytest.fixture
def house(filled: str, house_settings: Settings, cluster_url: str) -> House:
    """Two shops, filled and built."""
    recreate(cluster_url, DATABASE, template=filled)
    return House(house_settings, first=1, second=2)


@pytest.fixture
def house_of_nobody(house_settings: Settings, cluster_url: str, template: str) -> House:
    """Two shops in which nobody bought."""
    recreate(cluster_url, DATABASE, template=template)
    return House(house_settings)
