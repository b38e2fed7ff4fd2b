"""Reading known objects by id, as many at once as Shopify's cost limit of one query allows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.errors import QueryTooCostly
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import Granted, document

# Shopify refuses a query above 1,000 points and a list above 250 ids, on every plan.
COST_LIMIT = 1_000
MOST_IDS = 250
FIRST_IDS = 5

Node = dict[str, Any]
REFUND_PAGES = {
    "lines": "refundLineItems",
    "shipping": "refundShippingLines",
    "adjustments": "orderAdjustments",
    "transactions": "transactions",
}


def gid(kind: str, number: int) -> str:
    """Shopify's global id of an object."""
    return f"gid://shopify/{kind}/{number}"


def number_of(gid_text: str) -> int:
    """The number in a global id, which may carry a query string."""
    return int(gid_text.partition("?")[0].rpartition("/")[2])


def read_nodes(
    client: ShopifyClient,
    name: str,
    gids: Sequence[str],
    *,
    granted: Granted,
    too_costly: list[str] | None = None,
) -> Iterator[tuple[str, Node | None]]:
    """Each id with its object, or None where it is gone.

    The number of ids in a query follows the cost that Shopify states for it. An object that costs
    too much alone is added to `too_costly`, and without such a list raises QueryTooCostly.
    """
    size, position = FIRST_IDS, 0
    while position < len(gids):
        batch = list(gids[position : position + size])
        try:
            data, cost = client.costed(document(name, granted), {"ids": batch})
        except QueryTooCostly:
            if len(batch) == 1:
                if too_costly is None:
                    raise
                too_costly += batch
                position += 1
            size = max(1, len(batch) // 2)
            continue
        for one, node in zip(batch, data["nodes"], strict=True):
            yield one, node or None
        position += len(batch)
        size = fitting(len(batch), cost)


def fitting(ids: int, cost: float) -> int:
    """How many ids the next query may hold when this one cost so much."""
    return max(1, min(MOST_IDS, ids * 4, int(ids * COST_LIMIT * 0.9 / max(cost, 1.0))))


def read_refunds(
    client: ShopifyClient, order_ids: Sequence[int], *, granted: Granted
) -> Iterator[Node]:
    """Every refund of these orders with all its lines, payments and adjustments."""
    gids = [gid("Order", order_id) for order_id in order_ids]
    for order_gid, node in read_nodes(client, "refunds_by_order", gids, granted=granted):
        for refund in (node or {}).get("refunds", []):
            whole = whole_refund(client, refund, granted=granted)
            yield {**whole, "orderId": number_of(order_gid)}


def whole_refund(client: ShopifyClient, refund: Mapping[str, Any], *, granted: Granted) -> Node:
    """A refund with its connections read to the end and flattened to lists."""
    lists = {field: list(refund[field]["nodes"]) for field in REFUND_PAGES.values()}
    open_pages = _open_pages(refund)
    while open_pages:
        query = document("refund_page", granted)
        page = client.query(query, {"id": refund["id"], **open_pages})["node"]
        for variable in open_pages:
            lists[REFUND_PAGES[variable]] += page[REFUND_PAGES[variable]]["nodes"]
        open_pages = _open_pages(page, among=open_pages)
    return {**refund, **lists}


def has_more(node: Mapping[str, Any]) -> bool:
    """Whether any connection within an object has a further page."""
    for value in node.values():
        nodes = value.get("nodes") if isinstance(value, dict) else None
        if nodes is None:
            continue
        if value.get("pageInfo", {}).get("hasNextPage") or any(map(has_more, nodes)):
            return True
    return False


def flattened(node: Mapping[str, Any]) -> Node:
    """The object with each connection as the plain list of its nodes."""
    return {
        field: [flattened(child) for child in value["nodes"]]
        if isinstance(value, dict) and "nodes" in value
        else value
        for field, value in node.items()
    }


def _open_pages(
    refund: Mapping[str, Any], *, among: Mapping[str, str] | None = None
) -> dict[str, str]:
    return {
        variable: str(refund[field]["pageInfo"]["endCursor"])
        for variable, field in REFUND_PAGES.items()
        if (among is None or variable in among) and refund[field]["pageInfo"]["hasNextPage"]
    }
