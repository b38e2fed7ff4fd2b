"""The resources as a table: what is read, where it goes, how far back each reading reaches.

A resource has one name everywhere: in Shopify, in the raw schema, as asset and as dbt source.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Origin = Literal["admin", "webhook"]

# The columns of every raw table in the order of the migration; the merge filter depends on it.
RAW_COLUMNS = (
    "tenant_id",
    "id",
    "origin",
    "updated_at",
    "triggered_at",
    "parent_id",
    "payload",
    "_dlt_load_id",
)
PRIMARY_KEY = ("tenant_id", "id", "origin")
NEWNESS = ("updated_at", "triggered_at")
EVERYTHING_SINCE = "2000-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Children:
    """A connection of a bulk document: the list's name and the types its rows' gids may have."""

    name: str
    kinds: tuple[str, ...]
    children: tuple["Children", ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of document. `bulk` names its query; `overlap` is read again by each sync."""

    name: str
    gid_kind: str
    bulk: str | None = None
    overlap: timedelta = timedelta(0)
    children: tuple[Children, ...] = ()
    topics: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.bulk and not self.overlap:
            raise ValueError(f"{self.name}: a bulk resource needs an overlap, or it misses changes")


# Exports were seen to name every sale Sale and every agreement SalesAgreement; plain queries may
# use the name of the type.
SALE_TYPES = (
    *("Product", "GiftCard", "Tip", "ShippingLine", "Duty"),
    *("Fee", "AdditionalFee", "Adjustment", "Unknown"),
)
AGREEMENT_TYPES = ("Order", "OrderEdit", "Refund", "Return")
SALES = Children("sales", kinds=("Sale", *(f"{name}Sale" for name in SALE_TYPES)))
AGREEMENTS = Children(
    "agreements",
    kinds=("SalesAgreement", *(f"{name}Agreement" for name in AGREEMENT_TYPES)),
    children=(SALES,),
)

SHOPS = Resource("shops", "Shop", topics=("shop/update",))
ORDERS = Resource(
    "orders",
    "Order",
    bulk="bulk_orders",
    overlap=timedelta(minutes=10),
    children=(
        Children("lineItems", kinds=("LineItem",)),
        Children("shippingLines", kinds=("ShippingLine",)),
        AGREEMENTS,
    ),
    topics=(
        "orders/create",
        "orders/updated",
        "orders/paid",
        "orders/cancelled",
        "orders/fulfilled",
        "orders/partially_fulfilled",
        "orders/delete",
    ),
)
# Shopify's filter for customers knows whole days only, so a day is always read again.
CUSTOMERS = Resource(
    "customers",
    "Customer",
    bulk="bulk_customers",
    overlap=timedelta(days=1),
    topics=("customers/create", "customers/update", "customers/enable", "customers/disable"),
)
REFUNDS = Resource("refunds", "Refund", topics=("refunds/create",))
ORDER_EDITS = Resource("order_edits", "OrderEdit", topics=("orders/edited",))

RESOURCES = (SHOPS, ORDERS, CUSTOMERS, REFUNDS, ORDER_EDITS)
BY_NAME = {resource.name: resource for resource in RESOURCES}
BY_TOPIC = {topic: resource for resource in RESOURCES for topic in resource.topics}
