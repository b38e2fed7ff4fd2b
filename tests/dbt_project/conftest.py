"""A database with tenants and raw documents of a test's own making, and looks at its marts."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.build import BuildResult, run_build
from tests.conftest import DATABASE, recreate, settings_for
from warehouse.connections import Role, connect
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import add_tenant, record_shop

DLT_LOADS = (
    "create table if not exists raw._dlt_loads (load_id text not null, schema_name text,"
    " status bigint not null, inserted_at timestamptz not null default now())"
)
# As pipelines.load merges: what is strictly older than the document that stands is refused.
MERGE = (
    "insert into raw.{table} as kept values (%s, %s, %s, %s, %s, %s, %s, %s)"
    " on conflict (tenant_id, id, origin) do update set updated_at = excluded.updated_at,"
    " triggered_at = excluded.triggered_at, parent_id = excluded.parent_id,"
    " payload = excluded.payload, _dlt_load_id = excluded._dlt_load_id"
    " where (kept.updated_at, kept.triggered_at) <= (excluded.updated_at, excluded.triggered_at)"
)
Row = dict[str, Any]


class Warehouse:
    """What a test does to the database: connect shops, load documents, build, read."""

    def __init__(self, settings: Settings, *, by_pipeline: bool = False) -> None:
        self.settings = settings
        self.loads = 0
        if by_pipeline:
            return
        with connect(settings, Role.LOADER) as connection:
            connection.execute(DLT_LOADS)

    def tenant(self, name: str, *, timezone: str = "UTC", currency: str = "USD") -> int:
        """Connect a shop; returns its tenant id."""
        with connect(self.settings, Role.CONTROL) as connection:
            tenant = add_tenant(
                connection,
                Sealer.from_settings(self.settings),
                name=name,
                shop_domain=f"{name}.myshopify.com",
                credentials=Credentials(webhook_secret="only for tests"),
            )
        self.move(tenant.tenant_id, timezone=timezone, currency=currency)
        return tenant.tenant_id

    def move(self, tenant_id: int, *, timezone: str, currency: str = "USD") -> None:
        with connect(self.settings, Role.LOADER) as connection:
            record_shop(connection, tenant_id, iana_timezone=timezone, currency=currency)

    def load(self, *documents: tuple[int, str, str, dict[str, Any]], complete: bool = True) -> str:
        """Load (tenant, table, origin, payload); returns the load's id."""
        self.loads += 1
        load_id = f"load-{self.loads}"
        with connect(self.settings, Role.LOADER) as connection:
            for tenant_id, table, origin, payload in documents:
                at = moment(payload)
                values = [tenant_id, number(payload), origin, at, at, parent(payload)]
                connection.execute(
                    MERGE.format(table=table), [*values, json.dumps(payload), load_id]
                )
            if complete:
                connection.execute(
                    "insert into raw._dlt_loads (load_id, status) values (%s, 0)", [load_id]
                )
        return load_id

    def build(self, *, full_refresh: bool = False, tests: bool = True) -> BuildResult:
        return run_build(self.settings, full_refresh=full_refresh, tests=tests)

    def read(self, tenant_id: int, mart: str, where: str = "true") -> list[Row]:
        """A tenant's rows as the reading role sees them."""
        with connect(self.settings, Role.READER) as connection:
            connection.execute(f"set local app.tenant_id = '{tenant_id}'")
            cursor = connection.execute(
                f"select * from marts.{mart} where {where} order by 1, 2, 3"
            )
            names = [column.name for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def rows(self, query: str, role: Role = Role.DBT) -> list[tuple[Any, ...]]:
        with connect(self.settings, role) as connection:
            return connection.execute(query).fetchall()

    def execute(self, query: str, role: Role = Role.DBT) -> None:
        with connect(self.settings, role) as connection:
            connection.execute(query)


def number(payload: dict[str, Any]) -> int:
    """The id column: a webhook's number or the end of a gid; an edit's is inside."""
    given = payload.get("order_edit", payload)["id"]
    return int(str(given).rpartition("/")[2])


def moment(payload: dict[str, Any]) -> str:
    inner = payload.get("order_edit", payload)
    names = ("updatedAt", "updated_at", "deleted_at", "committed_at", "createdAt", "created_at")
    return str(next(inner[name] for name in names if inner.get(name)))


def parent(payload: dict[str, Any]) -> int | None:
    inner = payload.get("order_edit", payload)
    found = inner.get("order_id", inner.get("orderId"))
    return None if found is None else int(found)


@pytest.fixture(scope="module")
def new_warehouse(cluster_url: str, home: Path, template: str) -> Callable[..., Warehouse]:
    """Make a migrated, empty database; one at a time, for all have one name.

    `by_pipeline` leaves the loads' table to dlt; what else is given changes a setting.
    """

    def make(*, by_pipeline: bool = False, **changes: object) -> Warehouse:
        recreate(cluster_url, DATABASE, template=template)
        settings = settings_for(home, f"{cluster_url}/{DATABASE}", **changes)
        return Warehouse(settings, by_pipeline=by_pipeline)

    return make


@pytest.fixture
def warehouse(new_warehouse: Callable[[], Warehouse]) -> Iterator[Warehouse]:
    """An empty database for one test."""
    yield new_warehouse()
