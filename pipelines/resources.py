"""The resources as a table: what is read, where it goes, how far back each reading reaches.

A resource has one name everywhere: in Shopify, in the raw schema, as asset and as dbt source.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Origin = Literal["admin", "webhook"]
# What the rows of a raw table are known by: a number of Shopify's, or a text such as a token.
Key = Literal["number", "text"]

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
class EachChild:
    """Where the documents are the children of an export's roots, known by two numbers.

    The root's number is written into the document as `root_field`, that of the object `beside` as
    `beside_field`.
    """

    root_field: str
    beside: str
    beside_field: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of document. `bulk` names its query; `overlap` is read again by each sync.

    `whole` is read from the beginning each time; any one of `scopes` grants the reading.
    """

    name: str
    gid_kind: str
    key: Key = "number"
    bulk: str | None = None
    overlap: timedelta = timedelta(0)
    whole: bool = False
    scopes: tuple[str, ...] = ()
    children: tuple[Children, ...] = ()
    each_child: EachChild | None = None
    # Fields that hold an amount as plain text, beside the `amount` of every bag of money.
    amounts: tuple[str, ...] = ()
    topics: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.bulk and not self.overlap and not self.whole:
            raise ValueError(f"{self.name}: a bulk resource needs an overlap, or it misses changes")
        if self.bulk and not self.scopes:
            raise ValueError(f"{self.name}: a bulk resource names the scopes that grant it")


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
    scopes=("read_orders", "read_marketplace_orders"),
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
    scopes=("read_customers",),
    topics=(
        "customers/create",
        "customers/update",
        "customers/enable",
        "customers/disable",
        "customers/delete",
    ),
)
CUSTOMER_MERGES = Resource("customer_merges", "Customer", topics=("customers/merge",))
REFUNDS = Resource("refunds", "Refund", topics=("refunds/create",))
ORDER_EDITS = Resource("order_edits", "OrderEdit", topics=("orders/edited",))
PRODUCTS = Resource(
    "products",
    "Product",
    bulk="bulk_products",
    overlap=timedelta(minutes=10),
    scopes=("read_products",),
    children=(Children("variants", kinds=("ProductVariant",)),),
    amounts=("price", "compareAtPrice"),
    topics=("products/create", "products/update", "products/delete"),
)
# No filter is documented to move with a level, so all of them are read each time.
INVENTORY_LEVELS = Resource(
    "inventory_levels",
    "InventoryItem",
    key="text",
    bulk="bulk_inventory",
    whole=True,
    scopes=("read_inventory",),
    children=(Children("inventoryLevels", kinds=("InventoryLevel",)),),
    each_child=EachChild("inventoryItemId", beside="location", beside_field="locationId"),
    topics=(
        "inventory_levels/update",
        "inventory_levels/connect",
        "inventory_levels/disconnect",
    ),
)
CHECKOUTS = Resource(
    "checkouts",
    "AbandonedCheckout",
    key="text",
    bulk="bulk_checkouts",
    overlap=timedelta(minutes=10),
    scopes=("read_orders",),
    children=(Children("lineItems", kinds=("AbandonedCheckoutLineItem",)),),
    topics=("checkouts/create", "checkouts/update"),
)
CHECKOUT_DELETIONS = Resource(
    "checkout_deletions", "AbandonedCheckout", key="text", topics=("checkouts/delete",)
)
CARTS = Resource("carts", "Cart", key="text", topics=("carts/create", "carts/update"))
# One moment of a checkout or a cart, made of the webhooks of both beside their own documents.
CHECKOUT_ACTIVITY = Resource("checkout_activity", "Cart", key="text")

RESOURCES = (
    *(SHOPS, ORDERS, CUSTOMERS, REFUNDS, ORDER_EDITS, PRODUCTS, INVENTORY_LEVELS),
    *(CHECKOUTS, CHECKOUT_DELETIONS, CARTS, CHECKOUT_ACTIVITY, CUSTOMER_MERGES),
)
# Each sync exports these side by side: as many as Shopify runs at once for one shop.
EXPORTED = (ORDERS, CUSTOMERS, PRODUCTS, INVENTORY_LEVELS, CHECKOUTS)
BY_NAME = {resource.name: resource for resource in RESOURCES}
BY_TOPIC = {topic: resource for resource in RESOURCES for topic in resource.topics}
