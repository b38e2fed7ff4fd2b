"""The reference queries run, and a bulk export says what GraphQL says."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.documents.library import Library
from sandbox.world import World

# The client of conftest, which tests cannot import.
App = Any


def braced(text: str, start: str) -> str:
    """The selection that begins with these words."""
    begin, depth = text.index(start), 0
    for at in range(begin, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0 and text[at] == "}":
            return text[begin : at + 1]
    raise AssertionError(start)


@pytest.fixture
def backfill(query_text: Callable[[str], str]) -> str:
    """Orders with lines, delivery, agreements and sales: the five connections of one run."""
    agreements = braced(query_text("bulk_order_agreements"), "agreements {")
    whole = query_text("bulk_orders")
    at = whole.rindex("shippingLines")
    return whole[:at] + agreements + "\n" + whole[at:]


def test_the_backfill_of_orders_runs_as_one_bulk_query(still: list[Any], backfill: str) -> None:
    for app in still:
        rows = app.rows(backfill)
        kinds = {row["__typename"] for row in rows}
        assert {"Order", "LineItem", "ShippingLine", "OrderAgreement", "RefundAgreement"} <= kinds
        assert {"ProductSale", "ShippingLineSale", "GiftCardSale", "AdjustmentSale"} <= kinds
        assert len([r for r in rows if r["__typename"] == "Order"]) == app.shop["orders"]


def test_customers_run_as_a_bulk_query(still: list[Any], query_text: Callable[[str], str]) -> None:
    rows = still[0].rows(query_text("bulk_customers"))
    with_id = [row for row in still[0].truth()["customers"] if row["customer_id"]]
    assert {int(row["legacyResourceId"]) for row in rows} == {r["customer_id"] for r in with_id}


def test_refund_lines_are_read_in_pages(still: list[Any], query_text: Callable[[str], str]) -> None:
    after, orders = None, []
    while True:
        wanted = "updated_at:>='2020-01-01T00:00:00Z'"
        page = still[0].data(query_text("page_refund_lines"), after=after, query=wanted)["orders"]
        orders += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len({order["id"] for order in orders}) == len(orders) == still[0].shop["orders"]
    assert any(refund["refundLineItems"]["nodes"] for o in orders for refund in o["refunds"])


PAGED_EDGES = "pageInfo { hasNextPage endCursor } edges {"


def pages(app: App, query: str) -> Iterator[dict[str, Any]]:
    """All orders of a paged query, with a bucket that a test need not wait for."""
    app.control("throttle", {"shop": app.domain, "restore": 1_000_000})
    after, more = None, True
    while more:
        page = app.data(query, after=after)["orders"]
        yield from (edge["node"] for edge in page["edges"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]


def test_a_bulk_export_equals_what_graphql_executes(still: list[Any], backfill: str) -> None:
    app = still[1]
    paged = backfill.replace("orders(", "orders(first: 14, after: $after, ")
    paged = f"query Paged($after: String) {paged}".replace("edges {", PAGED_EDGES, 1)
    for name in ("lineItems", "agreements", "sales"):
        paged = paged.replace(f"{name} {{", f"{name}(first: 14) {{")
    paged = paged.replace("includeRemovals: true", "first: 2, includeRemovals: true")
    executed = list(pages(app, paged))
    rows = app.rows(backfill)
    children: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        children[row.get("__parentId", "")].append(row)

    def same(node: dict[str, Any], row: dict[str, Any]) -> None:
        nested = {k: v for k, v in node.items() if isinstance(v, dict) and "edges" in v}
        plain = {key: value for key, value in node.items() if key not in nested}
        assert plain == {key: value for key, value in row.items() if key != "__parentId"}
        below = {child["id"]: child for child in children[row["id"]]}
        expected = [edge["node"] for held in nested.values() for edge in held["edges"]]
        assert len(expected) == len(below)
        for child in expected:
            same(child, below[child["id"]])

    roots = {row["id"]: row for row in children[""]}
    assert len(executed) == len(roots)
    for node in executed:
        same(node, roots[node["id"]])


def test_marked_orders_are_read_again_by_id(still: list[Any]) -> None:
    app = still[0]
    wanted = [row["order_id"] for row in app.truth()["orders"][:3]]
    gids = [f"gid://shopify/Order/{number}" for number in wanted]
    query = """query Again($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id
      agreements(first: 50) { nodes { id sales(first: 100) { nodes {
        totalAmount { shopMoney { amount } } } } } }
      refunds { id refundLineItems(first: 20) { nodes { id quantity } } } } } }"""
    assert [node["id"] for node in app.data(query, ids=gids)["nodes"]] == gids
    either = " OR ".join(f"id:{number}" for number in wanted)
    found = app.data(
        "query Q($q: String!) { orders(first: 10, query: $q) { nodes { id } } }", q=either
    )
    assert {node["id"] for node in found["orders"]["nodes"]} == set(gids)


def test_an_unknown_node_is_null(still: list[Any]) -> None:
    query = '{ nodes(ids: ["gid://shopify/Order/1", "gid://shopify/Shop/548380009"]) { id } }'
    missing, shop = still[0].data(query)["nodes"]
    assert missing is None
    assert shop == {"id": "gid://shopify/Shop/548380009"}


def test_the_shop_and_its_scopes_can_be_read(still: list[Any]) -> None:
    query = """{ shop { id name myshopifyDomain ianaTimezone currencyCode taxesIncluded
      plan { publicDisplayName } } currentAppInstallation { accessScopes { handle } } }"""
    for app in still:
        data = app.data(query)
        assert data["shop"]["myshopifyDomain"] == app.domain
        assert data["shop"]["ianaTimezone"] == app.shop["timezone"]
        scopes = {scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]}
        assert {"read_orders", "read_all_orders", "read_customers"} <= scopes


def test_every_field_of_the_documents_can_be_executed(world: World) -> None:
    """A key that the schema asks for and a document lacks would break a query late."""
    from sandbox.graph.schema import schema
    from sandbox.graph.types import composite

    def lacks(kind: str, document: dict[str, Any]) -> set[str]:
        return set(composite(schema().type_map[kind]).fields) - document.keys()

    for shop in world.shops.values():
        library = Library(shop, world.moment)
        for kind in ("Order", "Customer", "Product"):
            documents = [library.find(ref) for ref in library.all(kind)]
            assert all(document and not lacks(kind, document) for document in documents)
        assert lacks("Shop", library.shop()) == set()
        orders = [found for ref in library.all("Order") if (found := library.find(ref))]
        parts = {
            "lineItems": "LineItem",
            "shippingLines": "ShippingLine",
            "transactions": "OrderTransaction",
            "refunds": "Refund",
        }
        for key, kind in parts.items():
            assert all(not lacks(kind, part) for order in orders for part in order[key])
        for order in orders:
            for agreement in order["agreements"]:
                assert lacks(agreement["__typename"], agreement) == set()
                assert all(not lacks(sale["__typename"], sale) for sale in agreement["sales"])
