"""A Shopify that knows a handful of orders by heart and reads them out by id."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.dbt_project.case_form import REFUND_LISTS
from tests.dbt_project.documents import Document
from tests.pipelines.conftest import serving

ORDER_LISTS = ("lineItems", "shippingLines", "agreements", "sales")
COST = {
    "requestedQueryCost": 10,
    "actualQueryCost": 10,
    "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 1990, "restoreRate": 100},
}


class Shelf:
    """The orders of each shop and their refunds, as Admin documents with plain lists."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Document]] = {}
        self.refunds: dict[str, dict[str, list[Document]]] = {}

    def put(self, domain: str, order: Document, refunds: list[Document]) -> None:
        self.orders.setdefault(domain, {})[order["id"]] = order
        self.refunds.setdefault(domain, {})[order["id"]] = refunds

    def answer(self, domain: str, query: str, ids: list[str]) -> list[Document | None]:
        """The nodes of a query: whole documents, whatever fields it asks for."""
        known = self.orders.get(domain, {})
        if "refundLineItems" in query:
            refunds = self.refunds.get(domain, {})
            return [
                {"id": one, "refunds": [paged(back, REFUND_LISTS) for back in refunds.get(one, [])]}
                for one in ids
            ]
        return [paged(known[one], ORDER_LISTS) if one in known else None for one in ids]


def paged(document: Mapping[str, object], lists: tuple[str, ...]) -> Document:
    """The document with its lists as connections of one page."""
    found: Document = {}
    for name, value in document.items():
        if name in lists and isinstance(value, list):
            nodes = [paged(item, lists) for item in value]
            found[name] = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": nodes}
        else:
            found[name] = value
    return found


@contextmanager
def reading_out(shelf: Shelf) -> Iterator[str]:
    """Serve the shelf; yields the address of a shop with ``{shop}`` in the place of its domain."""

    class Reader(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            domain = self.path.split("/")[1]
            nodes = shelf.answer(domain, body["query"], body["variables"]["ids"])
            answer = json.dumps({"data": {"nodes": nodes}, "extensions": {"cost": COST}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Reader) as url:
        yield f"{url}/{{shop}}"
