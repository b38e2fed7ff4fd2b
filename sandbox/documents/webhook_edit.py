"""The body of `orders/edited`: which units came and went, and nothing of the order itself."""

from __future__ import annotations

from sandbox.documents.parts import Document, local
from sandbox.facts import Edited
from sandbox.state.shop import Shop


def edit_body(shop: Shop, edit: Edited) -> Document:
    """One committed edit."""
    at = local(edit.at, shop.profile)
    return {
        "order_edit": {
            "id": edit.edit_id,
            "app_id": None,
            "created_at": at,
            "committed_at": at,
            "notify_customer": False,
            "order_id": edit.order_id,
            "staff_note": "",
            "user_id": None,
            "line_items": {
                "additions": [{"id": n.line_id, "delta": n.quantity} for n in edit.added],
                "removals": [{"id": n.line_id, "delta": n.quantity} for n in edit.removed],
            },
            "discounts": {
                "line_item": {
                    "additions": [{"id": less.line_id} for less in edit.discounted],
                    "removals": [],
                }
            },
            "shipping_lines": {"additions": [], "removals": []},
        }
    }
