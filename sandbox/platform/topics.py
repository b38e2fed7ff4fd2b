"""Which scope a webhook topic asks for, and the topics that no app can subscribe to by itself."""

from __future__ import annotations

# Set in the app's configuration and sent to the app's own address.
COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")
_SCOPES = {
    "ORDER": "read_orders",
    "CHECKOUTS": "read_orders",
    "CARTS": "read_orders",
    "REFUNDS": "read_orders",
    "TENDER_TRANSACTIONS": "read_orders",
    "CUSTOMERS_MERGE": "read_customer_merge",
    "CUSTOMER": "read_customers",
    "PRODUCTS": "read_products",
    "INVENTORY_LEVELS": "read_inventory",
    "RETURNS": "read_returns",
    "LOCATIONS": "read_locations",
}


def needed_scope(topic: str, held: tuple[str, ...]) -> str | None:
    """The scope that an app lacks for a topic of the schema's spelling."""
    wanted = next((scope for begin, scope in _SCOPES.items() if topic.startswith(begin)), None)
    return None if wanted is None or wanted in held else wanted
