"""Everything that was recorded of Shopify, and what each recording is a recording of.

Webhook bodies go in as they were sent, each into a shop of its own, together with the order that it
speaks of where it speaks of one. Recorded reads and exports are brought to lines of a bulk export.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

Body = dict[str, Any]
SAMPLE_ORDER = "orders_create.json"
REFUNDED_ORDER = "variants/orders_updated__partially_refunded.json"
GROUPS = (
    *("bulk_operations", "tender_transactions", "order_transactions", "inventory_levels"),
    *("orders", "products", "customers", "checkouts", "carts", "refunds", "shop", "app"),
)
# The mart in which a topic's body must be seen.
HOMES = {
    **dict.fromkeys(
        ["orders/create", "orders/updated", "orders/paid", "orders/cancelled"], "orders"
    ),
    **dict.fromkeys(["orders/fulfilled", "orders/partially_fulfilled", "orders/edited"], "orders"),
    "refunds/create": "refunds",
    **dict.fromkeys(["customers/create", "customers/update"], "customers"),
    **dict.fromkeys(["products/create", "products/update", "products/delete"], "products"),
    **dict.fromkeys(["checkouts/create", "checkouts/update"], "checkouts"),
    "shop/update": "shops",
}
# Bodies that no mart shows, each with the reason.
UNSEEN = {
    "orders/delete": "a deleted order is in no mart",
    "customers/delete": "a deleted customer without orders has no row",
    "checkouts/delete": "a deleted checkout vanishes",
    "carts/create": "a cart alone is no checkout; it is activity of one",
    "carts/update": "a cart alone is no checkout; it is activity of one",
    "inventory_levels/connect": "stock shows in its product, which names no such item here",
    "inventory_levels/update": "stock shows in its product, which names no such item here",
    "inventory_levels/disconnect": "stock shows in its product, which names no such item here",
    "customers/merge": "its status is failed: nothing was merged",
    "bulk_operations/finish": "tells of our own export",
    "tender_transactions/create": "not subscribed to; kept as it came",
    "order_transactions/create": "marks its order to be read again",
    "app/uninstalled": "pauses the shop",
    "customers/data_request": "gets a receipt",
    "customers/redact": "gets a receipt",
    "shop/redact": "gets a receipt",
}


@dataclass(frozen=True)
class Capture:
    """A recorded webhook; `with_order` is the file of the order that it speaks of."""

    file: str
    topic: str
    body: Body
    with_order: str | None = None


def webhooks(shared: Path) -> list[Capture]:
    """Every recorded webhook body, the sender's samples without their mark as tests."""
    folder = shared / "shopify" / "webhooks"
    files = sorted(path for path in folder.rglob("*.json") if path.name != "index.json")
    return [_capture(folder, path) for path in files]


def order_of(shared: Path, file: str) -> Body:
    """A recorded order, real and open: the sender marks its samples as tests, and cancelled."""
    return _real(json.loads((shared / "shopify" / "webhooks" / file).read_text()))


def _capture(folder: Path, path: Path) -> Capture:
    file, topic = str(path.relative_to(folder)), _topic(path)
    body = json.loads(path.read_text())
    order = {"refunds/create": REFUNDED_ORDER, "orders/edited": SAMPLE_ORDER}.get(topic)
    if order and file == "refunds_create.json":
        order = SAMPLE_ORDER
    return Capture(file, topic, _real(body) if topic.startswith("orders/") else body, order)


def _topic(path: Path) -> str:
    name = path.stem.split("__")[0]
    group = next(group for group in GROUPS if name.startswith(f"{group}_"))
    return f"{group}/{name.removeprefix(f'{group}_')}"


def _real(body: Body) -> Body:
    return body | ({"test": False} if body.get("test") else {})


def agrees_with_itself(order: Body) -> bool:
    """Whether a webhook's own parts make its totals, before and after what was given back."""
    if order.get("total_price") is None or order.get("cancelled_at"):
        return False
    paid = sum((_line(line, order) for line in order["line_items"]), Decimal(0))
    paid += sum((_shipping(line, order) for line in order["shipping_lines"]), Decimal(0))
    back = sum((_given_back(refund) for refund in order["refunds"]), Decimal(0))
    total, current = Decimal(order["total_price"]), Decimal(order["current_total_price"])
    return paid == total and paid - back == current


def _line(line: Body, order: Body) -> Decimal:
    discounts = sum((Decimal(d["amount"]) for d in line["discount_allocations"]), Decimal(0))
    return Decimal(line["price"]) * line["quantity"] - discounts + _tax(line, order)


def _shipping(line: Body, order: Body) -> Decimal:
    return Decimal(line["discounted_price"]) + _tax(line, order)


def _tax(line: Body, order: Body) -> Decimal:
    if order["taxes_included"]:
        return Decimal(0)
    return sum((Decimal(tax["price"]) for tax in line["tax_lines"]), Decimal(0))


def _given_back(refund: Body) -> Decimal:
    return sum(
        (
            Decimal(str(line["subtotal"])) + Decimal(str(line["total_tax"]))
            for line in refund["refund_line_items"]
        ),
        Decimal(0),
    )


def nodes(document: object, kind: str) -> Iterator[Body]:
    """Every object of a recorded answer that is a thing of this kind, and not only its id."""
    if isinstance(document, list):
        for one in document:
            yield from nodes(one, kind)
    elif isinstance(document, dict):
        if str(document.get("id", "")).startswith(f"gid://shopify/{kind}/") and len(document) > 2:
            yield document
        for one in document.values():
            yield from nodes(one, kind)


def exported(found: Iterator[Body], *, unasked: Mapping[str, object]) -> list[Body]:
    """One line for each thing, with all that any answer tells of it; lists as our export has them.

    `unasked` holds what these recordings did not ask for and our queries do.
    """
    things: dict[str, Body] = {}
    for node in found:
        plain = {name: value for name, value in node.items() if not _is_connection(value)}
        things.setdefault(node["id"], {}).update(plain)
    told = [{**unasked, **one} for one in things.values()]
    return [{"updatedAt": one["createdAt"], **one} for one in told]


def _is_connection(value: object) -> bool:
    return isinstance(value, dict) and ("nodes" in value or "edges" in value)
