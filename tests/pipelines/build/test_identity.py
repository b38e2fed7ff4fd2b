"""Who counts as one buyer, and how little of a person is kept for it."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from pipelines.build import run_build
from pipelines.build.identity import hash_keys
from tests.conftest import SECRET_KEY
from tests.dbt_project.conftest import Row, Warehouse
from tests.dbt_project.documents import gid, webhook_line, webhook_order
from warehouse.connections import Role
from warehouse.migrate import migrate
from warehouse.secrets import derived_key

NEXT = "2026-03-11T12:00:00Z"
Shop = tuple[Warehouse, dict[str, int]]
# Orders of each shop, by what they know of the buyer, and the sizes of the identities they make.
BUYERS: dict[str, tuple[list[dict[str, Any]], list[int]]] = {
    "emails-in-any-case": ([{"email": " Ann@Example.com"}, {"email": "ann@example.com "}], [2]),
    "phones-in-any-writing": (
        [{"email": None, "phone": p} for p in ("+49 (30) 123", "0049 30-123", "+4931 123")],
        [1, 2],
    ),
    "email-before-phone": (
        [{"email": "a@example.com", "phone": "+1"}, {"email": "b@example.com", "phone": "+1"}],
        [1, 1],
    ),
    "id-before-email": (
        [{"email": "a@example.com", "customer": {"id": n}} for n in (5, 6)],
        [1, 1],
    ),
    "one-id-two-emails": (
        [{"email": f"{n}@example.com", "customer": {"id": 5}} for n in (1, 2)],
        [2],
    ),
    "nobody-is-never-the-same-nobody": ([{"email": ""}, {"email": None}], [1, 1]),
}


def load(warehouse: Warehouse, tenant: int, number: int, buyer: dict[str, Any]) -> None:
    order = webhook_order(number, [webhook_line(number, 10)], 10, **buyer)
    warehouse.load((tenant, "orders", "webhook", order))


@pytest.fixture(scope="module")
def shops(new_warehouse: Callable[[], Warehouse]) -> Shop:
    warehouse = new_warehouse()
    tenants = {name: warehouse.tenant(name) for name in BUYERS}
    for name, (buyers, _) in BUYERS.items():
        for number, buyer in enumerate(buyers, start=1):
            load(warehouse, tenants[name], number, buyer)
    warehouse.build()
    return warehouse, tenants


@pytest.mark.parametrize("name", BUYERS)
def test_orders_meet_in_an_identity(shops: Shop, name: str) -> None:
    warehouse, tenants = shops
    customers = warehouse.read(tenants[name], "customers")
    assert sorted(row["orders_count"] for row in customers) == BUYERS[name][1]


def test_one_person_in_two_shops_has_two_keys(shops: Shop) -> None:
    warehouse, tenants = shops
    keys = [
        {row["buyer_key"] for row in warehouse.read(tenants[name], "customers")}
        for name in ("email-before-phone", "emails-in-any-case")
    ]
    assert not keys[0] & keys[1]


def test_only_a_keyed_hash_of_the_identity_is_kept(shops: Shop) -> None:
    warehouse, tenants = shops
    tenant = tenants["emails-in-any-case"]
    (row,) = warehouse.rows(f"select identity_hash from control.buyers where tenant_id = {tenant}")
    key = derived_key(warehouse.settings, "buyers")
    told = f"{tenant}:email:ann@example.com".encode()
    assert bytes(row[0]) == hmac.new(key, told, hashlib.sha256).digest()
    assert set(hash_keys(warehouse.settings, SECRET_KEY)) == {"inner", "outer"}


def ann(warehouse: Warehouse, tenant: int) -> list[Row]:
    return warehouse.read(tenant, "customers", "email = 'ann@example.com'")


def test_a_new_secret_key_leaves_every_buyer_who_they_are(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    load(warehouse, tenant, 1, {"email": "ann@example.com"})
    warehouse.build(tests=False)
    (before,) = ann(warehouse, tenant)
    rotated = f"another secret key for the tests,{SECRET_KEY}"
    load(warehouse, tenant, 2, {"email": "ann@example.com"})
    run_with_keys(warehouse, rotated)
    (after,) = ann(warehouse, tenant)
    assert (after["buyer_key"], after["orders_count"]) == (before["buyer_key"], 2)


def run_with_keys(warehouse: Warehouse, keys: str) -> None:
    rotated = warehouse.settings.model_copy(update={"secret_key": SecretStr(keys)})
    migrate(rotated)
    run_build(rotated, tests=False)
    migrate(warehouse.settings)


def test_an_erased_buyers_orders_keep_their_key_and_a_return_is_a_new_buyer(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("shop")
    load(warehouse, tenant, 1, {"email": "ann@example.com"})
    warehouse.build(tests=False)
    (before,) = ann(warehouse, tenant)
    warehouse.execute("delete from control.buyers")
    load(warehouse, tenant, 1, {"email": "ann@example.com", "updated_at": NEXT, "note": "again"})
    load(warehouse, tenant, 2, {"email": "ann@example.com"})
    warehouse.build()
    keys = {row["order_id"]: row["buyer_key"] for row in warehouse.read(tenant, "orders")}
    assert keys[1] == before["buyer_key"]
    assert keys[2] != before["buyer_key"]


def test_an_order_that_gets_a_customer_leaves_the_guest_behind(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    load(warehouse, tenant, 1, {"email": "ann@example.com"})
    warehouse.build(tests=False)
    customer = {"id": 5, "admin_graphql_api_id": gid("Customer", 5), "first_name": "Ann"}
    load(warehouse, tenant, 1, {"customer": customer, "updated_at": NEXT})
    warehouse.build()
    (row,) = warehouse.read(tenant, "customers")
    assert (row["customer_id"], row["first_name"], row["orders_count"]) == (5, "Ann", 1)
    assert warehouse.rows("select count(*) from control.buyers", Role.DBT) == [(2,)]


def merged(warehouse: Warehouse, tenant: int, deleted: int, kept: int) -> None:
    """Load that one customer was merged into another, as the loader stores it."""
    load_id = warehouse.load((tenant, "customers", "webhook", known(kept)))
    warehouse.execute(
        "insert into raw.customer_merges values"
        f" ({tenant}, {deleted}, 'webhook', now(), now(), {kept}, '{{}}', '{load_id}')",
        Role.LOADER,
    )


def known(number: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"id": number, "email": f"c{number}@example.com", "updated_at": NEXT, **changes}


def test_a_merged_customers_orders_are_the_kept_ones_along_the_chain(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("shop")
    for number in (1, 2, 3):
        warehouse.load((tenant, "customers", "webhook", known(number)))
        load(warehouse, tenant, number, {"customer": {"id": number}})
    warehouse.build(tests=False)
    assert len(warehouse.read(tenant, "customers")) == 3
    # The second merge of the chain comes first, and a live build sees both before the whole one.
    merged(warehouse, tenant, 2, 3)
    run_build(warehouse.settings, group="live", tests=False)
    merged(warehouse, tenant, 1, 2)
    run_build(warehouse.settings, group="live", tests=False)
    warehouse.build()
    (row,) = warehouse.read(tenant, "customers")
    assert (row["customer_id"], row["orders_count"], row["total_spent"]) == (3, 3, 30)
    assert {order["customer_id"] for order in warehouse.read(tenant, "orders")} == {3}
    load(warehouse, tenant, 4, {"customer": {"id": 1}})
    warehouse.build(full_refresh=True)
    (row,) = warehouse.read(tenant, "customers")
    assert (row["customer_id"], row["orders_count"]) == (3, 4)


def test_a_deleted_customer_leaves_unless_orders_stand(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    for number in (1, 2):
        warehouse.load((tenant, "customers", "webhook", known(number)))
    load(warehouse, tenant, 1, {"customer": {"id": 1}, "email": "on-the-order@example.com"})
    warehouse.build(tests=False)
    for number in (1, 2):
        gone = {"id": number, "deleted_at": "2026-03-12T12:00:00Z"}
        warehouse.load((tenant, "customers", "webhook", gone))
    warehouse.build()
    (row,) = warehouse.read(tenant, "customers")
    assert (row["customer_id"], row["email"]) == (1, "on-the-order@example.com")
