"""The stories of the known cases, told to a warehouse by one of METRICS.md's three paths."""

from collections.abc import Mapping

from pipelines.refetch import refetch_all
from pipelines.webhooks import load_webhooks
from tests.dbt_project.case_form import Case
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_shopify import Shelf
from tests.pipelines.conftest import land
from warehouse.connections import Role, connect
from warehouse.secrets import Sealer
from warehouse.settings import Settings
from warehouse.tenants import update_tenant

PATHS = ("admin", "refetched", "webhook")


class Told:
    """Cases as tenants of one database, all told by one path, what comes later in later builds."""

    def __init__(self, warehouse: Warehouse, path: str, cases: Mapping[str, Case]) -> None:
        self.warehouse, self.path = warehouse, path
        self.tenants = {
            name: warehouse.tenant(name, timezone=case.timezone) for name, case in cases.items()
        }

    def read(self, case: str, mart: str) -> list[dict[str, object]]:
        return self.warehouse.read(self.tenants[case], mart)


def tell(warehouse: Warehouse, path: str, cases: Mapping[str, Case], shelf: Shelf) -> Told:
    """Tell all cases; every order is built at least once before the last thing that befell it."""
    told = Told(warehouse, path, cases)
    if path == "admin":
        _load(told, {name: case.first for name, case in cases.items()})
        warehouse.build(tests=False)
        _load(told, {name: case.admin for name, case in cases.items()})
        _load(told, {name: case.refunds for name, case in cases.items()}, table="refunds")
        warehouse.build()
        return told
    for name, case in cases.items():
        for order in case.admin:
            number = int(order["id"].rpartition("/")[2])
            mine = [refund for refund in case.refunds if refund["orderId"] == number]
            shelf.put(f"{name}.myshopify.com", order, mine)
    if path == "refetched":
        give_tokens(warehouse.settings, told.tenants.values())
    for part in ("create", "later"):
        for name, case in cases.items():
            for topic, body in case.webhooks:
                if (topic == "orders/create") == (part == "create"):
                    land(warehouse.settings, told.tenants[name], topic, body)
        loaded = load_webhooks(warehouse.settings)
        assert loaded.quarantined == 0
        assert refetch_all(warehouse.settings).failures == {}
        warehouse.build(tests=part == "later")
    return told


def give_tokens(settings: Settings, tenants: object) -> None:
    """Let the marked orders of these tenants be read again."""
    with connect(settings, Role.CONTROL) as connection:
        sealer = Sealer.from_settings(settings)
        for tenant_id in list(tenants):  # type: ignore[call-overload]
            update_tenant(connection, sealer, tenant_id, credentials={"access_token": "of tests"})


def _load(
    told: Told, documents: Mapping[str, list[dict[str, object]]], *, table: str = "orders"
) -> None:
    told.warehouse.load(
        *(
            (told.tenants[name], table, "admin", document)
            for name, mine in documents.items()
            for document in mine
        )
    )
