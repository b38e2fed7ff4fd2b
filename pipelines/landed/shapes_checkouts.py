"""What the bodies about carts and checkouts must look like: the fields that the models cast."""

from pipelines.errors import BadDocument
from pipelines.landed.checks import (
    absent,
    affordable,
    both,
    currency,
    each,
    every,
    fields,
    identifier,
    moment,
    money,
    optional,
    recent_moment,
    text,
    token,
    units,
)

LINE = fields(
    {
        **every("product_id variant_id", optional(identifier)),
        "quantity": optional(units),
        **every("price line_price", optional(money)),
        **every("product variant", absent),
    }
)
BUYER = fields({"id": optional(identifier), **every("email phone", optional(text))})
_CHECKOUT = fields(
    {
        "token": token,
        "id": optional(identifier),
        "cart_token": optional(token),
        "updated_at": recent_moment,
        "created_at": optional(recent_moment),
        "completed_at": optional(recent_moment),
        "closed_at": optional(moment),
        "currency": currency,
        "presentment_currency": optional(currency),
        "total_price": money,
        **every("email phone", optional(text)),
        "customer": optional(BUYER),
        "line_items": each(LINE),
        **every("createdAt updatedAt completedAt lineItems totalPriceSet", absent),
    }
)
CHECKOUT = both(_CHECKOUT, affordable(("line_items",)))
CART = fields(
    {
        **every("token id", optional(token)),
        "updated_at": recent_moment,
        "created_at": optional(moment),
        "line_items": each(fields({})),
    }
)
_DELETION = fields({**every("cart_token token", optional(token)), "id": optional(identifier)})


def checkout_deletion(value: object, path: str) -> None:
    """A deleted checkout is known by its cart, else by itself."""
    _DELETION(value, path)
    if isinstance(value, dict) and not any(
        value.get(name) for name in ("cart_token", "token", "id")
    ):
        raise BadDocument("cart_token: missing, and neither token nor id is there to tell which")


def cart(value: object, path: str) -> None:
    """A cart is known by its token, which `id` repeats."""
    CART(value, path)
    if isinstance(value, dict) and not (value.get("token") or value.get("id")):
        raise BadDocument("token: missing, and no id is there in its place")
