"""The reference queries for products, stock and abandoned checkouts run, plain and in bulk."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from sandbox.documents.library import Library
from sandbox.graph.schema import schema
from sandbox.graph.types import composite
from sandbox.world import World

Json = Any
Row = dict[str, Any]
BULK = {
    "bulk_products": ("products", ("variants",)),
    "bulk_inventory": ("inventoryItems", ("inventoryLevels",)),
    "bulk_abandoned_checkouts": ("abandonedCheckouts", ("lineItems",)),
}


@pytest.mark.parametrize("name", BULK)
def test_a_bulk_export_equals_what_graphql_executes(
    still: list[Any], query_text: Callable[[str], str], name: str
) -> None:
    root, nested = BULK[name]
    text = query_text(name)
    paged = text.replace(f"{root}(", f"{root}(first: 250, ", 1)
    for child in nested:
        paged = paged.replace(f"{child} {{", f"{child}(first: 100) {{")
    for app in still:
        nodes = [edge["node"] for edge in app.data(paged)[root]["edges"]]
        operation, _ = app.bulk(text)
        rows = app.rows(text)
        assert len(rows) == int(operation["objectCount"])
        children: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            children[row.get("__parentId", "")].append(row)
        found = {row["id"]: row for row in children[""]}
        assert found.keys() == {node["id"] for node in nodes}
        assert len(found) == int(operation["rootObjectCount"]) > 0
        for node in nodes:
            below = [edge["node"] for child in nested for edge in node.pop(child)["edges"]]
            assert node == found[node["id"]]
            own = [{k: v for k, v in r.items() if k != "__parentId"} for r in children[node["id"]]]
            assert sorted(below, key=str) == sorted(own, key=str)


def test_products_agree_with_the_truth(still: list[Any], query_text: Callable[[str], str]) -> None:
    for app in still:
        rows = app.rows(query_text("bulk_products"))
        stock: dict[str, int] = defaultdict(int)
        price: dict[str, str] = {}
        for row in rows:
            if parent := row.get("__parentId"):
                stock[parent] += row["inventoryQuantity"]
                if row["position"] == 1:
                    price[parent] = row["price"]
        for row in app.truth()["products"]:
            gid = f"gid://shopify/Product/{row['product_id']}"
            assert (price[gid], stock[gid]) == (row["price"], row["inventory_quantity"])


def test_left_checkouts_agree_with_the_truth(
    still: list[Any], query_text: Callable[[str], str]
) -> None:
    for app in still:
        rows = app.rows(query_text("bulk_abandoned_checkouts"))
        found = {r["id"].rpartition("/")[2]: r for r in rows if "__parentId" not in r}
        truth = {r["checkout_id"]: r for r in app.truth()["checkouts"] if r["source"] == "admin"}
        # What Shopify has purged since the history ended stays known to who read it then.
        assert found.keys() <= truth.keys()
        assert all(truth[number]["status"] == "ABANDONED" for number in truth.keys() - found.keys())
        for number, document in found.items():
            total = document["totalPriceSet"]["shopMoney"]["amount"]
            assert Decimal(total) == Decimal(truth[number]["total_price"])
            assert bool(document["completedAt"]) == (truth[number]["status"] == "COMPLETED")


def test_named_quantities_only_are_answered(still: list[Any]) -> None:
    query = """{ inventoryItems(first: 1) { nodes { inventoryLevels(first: 1) { nodes {
      quantities(names: ["available"]) { name quantity } } } } } }"""
    (item,) = still[0].data(query)["inventoryItems"]["nodes"]
    (level,) = item["inventoryLevels"]["nodes"]
    assert [quantity["name"] for quantity in level["quantities"]] == ["available"]


@pytest.mark.parametrize(
    ("root", "query", "fits"),
    [
        ("abandonedCheckouts", "recovery_state:recovered", lambda n: n["completedAt"]),
        ("abandonedCheckouts", "status:open", lambda n: not n["completedAt"]),
        ("abandonedCheckouts", "updated_at:>='2026-10-01'", lambda n: n["updatedAt"] >= "2026-10"),
        ("products", "status:draft", lambda n: n["status"] == "DRAFT"),
        ("products", "updated_at:>='2026-06-01'", lambda n: n["updatedAt"] >= "2026-06"),
    ],
)
def test_filters_choose_what_they_say(
    still: list[Any], root: str, query: str, fits: Callable[[Row], bool]
) -> None:
    fields = "completedAt updatedAt" if root == "abandonedCheckouts" else "status updatedAt"
    text = f"query Q($q: String) {{ {root}(first: 250, query: $q) {{ nodes {{ id {fields} }} }} }}"
    every = still[0].data(text, q=None)[root]["nodes"]
    chosen = still[0].data(text, q=query)[root]["nodes"]
    assert chosen == [node for node in every if fits(node)]
    assert 0 < len(chosen) < len(every)


def test_single_things_and_counts_are_answered(still: list[Any]) -> None:
    query = """{ abandonedCheckoutsCount { count } locations(first: 5) { nodes { id name } }
      productVariants(first: 1) { nodes { id inventoryItem { variant { id } } } } }"""
    data = still[0].data(query)
    assert data["abandonedCheckoutsCount"]["count"] > 0
    assert len(data["locations"]["nodes"]) == 2
    (variant,) = data["productVariants"]["nodes"]
    assert variant["inventoryItem"]["variant"]["id"] == variant["id"]
    again = "query One($id: ID!) { productVariant(id: $id) { id } node(id: $id) { id } }"
    assert set(map(str, still[0].data(again, id=variant["id"]).values())) == {
        str({"id": variant["id"]})
    }


def test_every_field_of_the_documents_can_be_executed(world: World) -> None:
    """A key that the schema asks for and a document lacks would break a query late."""

    def lacks(kind: str, document: Row) -> set[str]:
        return set(composite(schema().type_map[kind]).fields) - document.keys()

    parts = {
        "Product": (("options", "ProductOption"),),
        "ProductVariant": (("selectedOptions", "SelectedOption"),),
        "InventoryItem": (("inventoryLevels", "InventoryLevel"),),
        "Location": (),
        "AbandonedCheckout": (("lineItems", "AbandonedCheckoutLineItem"),),
    }
    for shop in world.shops.values():
        library = Library(shop, world.moment)
        for kind, below in parts.items():
            documents = [found for ref in library.all(kind) if (found := library.find(ref))]
            assert documents
            assert all(lacks(kind, document) == set() for document in documents)
            for key, named in below:
                assert all(lacks(named, part) == set() for d in documents for part in d[key])
