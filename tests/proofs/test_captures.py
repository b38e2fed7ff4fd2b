"""Whatever Shopify was recorded to send goes the real way into a mart, or it is told why not.

Where a recording agrees with itself, our sums agree with it to the cent.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.assembly import assemble
from pipelines.errors import BulkFailed
from pipelines.load import free_lane, load_documents
from pipelines.resources import CUSTOMERS, ORDERS, PRODUCTS, Resource
from pipelines.shopify.bulk import BulkFile
from pipelines.webhooks import load_webhooks
from tests.dbt_project.conftest import Row, Warehouse
from tests.pipelines.conftest import land_on, make_tenant, rows
from tests.proofs.captures import (
    HOMES,
    UNSEEN,
    agrees_with_itself,
    exported,
    nodes,
    order_of,
    webhooks,
)
from warehouse.connections import Role, connect

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Whose lines, discounts, taxes, shipping and refunds make the totals that it states.
AGREEING = {
    "variants/orders_create__app_created_with_customer.json",
    "variants/orders_create__no_customer.json",
    "variants/orders_updated__partially_refunded.json",
}
Exports = dict[str, list[dict[str, Any]]]
Built = tuple[Warehouse, dict[str, int], int]


@pytest.fixture(scope="module")
def built(new_warehouse: Callable[..., Warehouse], shared: Path, tmp_path_factory: Any) -> Built:  # noqa: ANN401
    """Every webhook in a shop of its own, every recorded read and export in one more, built."""
    home = tmp_path_factory.mktemp("captures")
    warehouse = new_warehouse(by_pipeline=True)
    settings = warehouse.settings.model_copy(update={"home": home})
    tenants: dict[str, int] = {}
    for number, one in enumerate(webhooks(shared)):
        tenants[one.file] = make_tenant(settings, f"shop-{number}.myshopify.com")
    with connect(settings, Role.OWNER) as connection:
        for one in webhooks(shared):
            told = [(one.topic, one.body)]
            if one.with_order:
                told.insert(0, ("orders/create", order_of(shared, one.with_order)))
            for topic, body in told:
                known = f"{one.file} {topic}"
                tenant = tenants[one.file]
                land_on(connection, tenant, topic, body, webhook_id=known, triggered_at=AT)
    assert load_webhooks(settings).quarantined == 0
    reads = make_tenant(settings, "reads.myshopify.com")
    batches = {
        resource.name: _batches(home, resource, lines, reads)
        for resource, lines in recorded(shared).items()
    }
    with free_lane(settings, tenant_id=reads) as lane:
        load_documents(settings, lane, batches)
    warehouse.build(tests=False)
    return warehouse, tenants, reads


def recorded(shared: Path) -> dict[Resource, list[dict[str, Any]]]:
    """The recorded reads and exports as lines of our own exports."""
    answers = [json.loads(path.read_text()) for path in folder(shared, "graphql")]
    unasked = {
        ORDERS: {"refunds": [], "currencyCode": "CAD", "createdAt": "2026-06-22T23:01:00Z"},
        CUSTOMERS: {"createdAt": "2026-06-22T23:01:00Z"},
        PRODUCTS: {"createdAt": "2026-06-22T23:01:00Z"},
    }
    lines = {
        resource: exported(
            (node for answer in answers for node in nodes(answer, resource.gid_kind)),
            unasked=unasked[resource],
        )
        for resource in (ORDERS, CUSTOMERS)
    }
    products = [
        json.loads(line)
        for name in ("products_flat_1456", "products_variants_media_metafields")
        for line in (shared / "shopify" / "bulk" / f"{name}.jsonl").read_text().splitlines()
    ]
    roots = (line for line in products if "/Product/" in line["id"])
    lines[PRODUCTS] = exported(roots, unasked=unasked[PRODUCTS])
    return lines


def folder(shared: Path, name: str) -> list[Path]:
    return sorted((shared / "shopify" / name).rglob("*.json"))


def _batches(home: Path, resource: Resource, lines: list[Row], tenant: int) -> Iterator[Any]:
    path = home / f"{resource.name}.jsonl"
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    file = BulkFile(path, objects=len(lines), roots=len(lines))
    with closing(assemble(file, resource)) as assembly:
        yield from assembly.batches(tenant_id=tenant, read_began=AT)


def test_every_topic_that_was_recorded_has_a_home_or_a_reason(shared: Path) -> None:
    topics = {one.topic for one in webhooks(shared)}
    assert topics == HOMES.keys() | UNSEEN.keys()
    assert not HOMES.keys() & UNSEEN.keys()


def test_every_recorded_webhook_is_seen_in_its_mart_or_in_none_for_a_reason(
    built: Built, shared: Path
) -> None:
    warehouse, tenants, _ = built
    homes = _tenants_of_marts(warehouse)
    seen = {
        file: {mart for mart, of in homes.items() if tenant in of}
        for file, tenant in tenants.items()
    }
    lost = {
        one.file: seen[one.file]
        for one in webhooks(shared)
        if (one.topic in HOMES) != (HOMES.get(one.topic) in seen[one.file])
    }
    assert lost == {}
    unseen = {file for file, found in seen.items() if not found}
    assert unseen == {one.file for one in webhooks(shared) if one.topic in UNSEEN}


def _tenants_of_marts(warehouse: Warehouse) -> dict[str, set[int]]:
    """Whose rows each mart has; every tenant has a row in shops, told of or not."""
    told = {"shops": "shop_id is not null"}
    return {
        mart: {
            tenant
            for (tenant,) in warehouse.rows(
                f"select distinct tenant_id from marts.{mart} where {told.get(mart, 'true')}"
            )
        }
        for mart in set(HOMES.values())
    }


def test_a_recorded_webhook_is_kept_word_for_word(built: Built, shared: Path) -> None:
    warehouse, tenants, _ = built
    told = [one for one in webhooks(shared) if one.topic in HOMES]
    for one in (one for one in told if not one.topic.endswith("/delete")):
        table = one.topic.partition("/")[0].rstrip("s") + "s"
        table = "order_edits" if one.topic == "orders/edited" else table
        query = f"select payload::text from raw.{table} where tenant_id = %s"
        kept = [json.loads(text) for (text,) in rows(warehouse.settings, query, tenants[one.file])]
        assert one.body in kept, one.file


def test_an_order_that_agrees_with_itself_agrees_with_our_sums(built: Built, shared: Path) -> None:
    warehouse, tenants, _ = built
    orders = [one for one in webhooks(shared) if one.topic.startswith("orders/")]
    agreeing = {one.file: one for one in orders if "line_items" in one.body}
    agreeing = {file: one for file, one in agreeing.items() if agrees_with_itself(one.body)}
    assert agreeing.keys() == AGREEING
    for file, one in agreeing.items():
        (order,) = warehouse.read(tenants[file], "orders")
        assert _sum(order) == Decimal(one.body["current_total_price"]), file
        days = warehouse.read(tenants[file], "daily_sales")
        assert sum(_sum(day) for day in days) == _sum(order)


def _sum(row: Row) -> Decimal:
    return Decimal(row["total_sales"] + row["tips"] + row["gift_card_sales"])


def test_every_recorded_read_is_in_its_mart(built: Built, shared: Path) -> None:
    warehouse, _, tenant = built
    for resource, lines in recorded(shared).items():
        key = f"{resource.name.removesuffix('s')}_id"
        found = {row[key] for row in warehouse.read(tenant, resource.name)}
        wanted = {int(line["id"].rpartition("/")[2]) for line in lines}
        assert wanted and wanted <= found, resource.name


@pytest.mark.parametrize(
    ("name", "resource", "reason"),
    [
        ("products_flat_1456", PRODUCTS, "1456 products have no usable updatedAt"),
        ("products_variants_media_metafields", PRODUCTS, "2 rows of an unknown kind"),
        ("product_variants_media_metafields", PRODUCTS, "unknown kind"),
    ],
)
def test_an_export_of_another_query_is_refused_with_the_reason(
    shared: Path, name: str, resource: Resource, reason: str
) -> None:
    path = shared / "shopify" / "bulk" / f"{name}.jsonl"
    operation = json.loads(path.with_suffix(".exchange.json").read_text())["terminalOperation"]
    counts = {key: int(operation[key]) for key in ("objectCount", "rootObjectCount")}
    file = BulkFile(path, objects=counts["objectCount"], roots=counts["rootObjectCount"])
    with pytest.raises(BulkFailed, match=reason):
        assemble(file, resource)
