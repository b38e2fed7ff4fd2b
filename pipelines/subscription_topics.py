"""The webhooks that the warehouse wants of each shop, and the scope that each of them needs."""

from dataclasses import dataclass

# These three are set in the app's own configuration; the API cannot subscribe to them.
COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")


@dataclass(frozen=True, slots=True)
class WantedTopic:
    """A topic as Shopify's headers write it; without a scope every app may have it."""

    topic: str
    scope: str | None = None

    @property
    def enum(self) -> str:
        """The topic as GraphQL writes it."""
        return self.topic.upper().replace("/", "_")

    @property
    def name(self) -> str:
        """The name by which we know our own subscription again; Shopify takes 50 characters."""
        return f"shopmart-{self.topic.replace('/', '-').replace('_', '-')}"


def _topics(group: str, kinds: str, *, scope: str) -> tuple[WantedTopic, ...]:
    return tuple(WantedTopic(f"{group}/{kind}", scope) for kind in kinds.split())


WANTED: tuple[WantedTopic, ...] = (
    *_topics(
        "orders",
        "create updated paid cancelled fulfilled partially_fulfilled edited delete",
        scope="read_orders",
    ),
    WantedTopic("refunds/create", "read_orders"),
    WantedTopic("order_transactions/create", "read_orders"),
    *_topics("checkouts", "create update delete", scope="read_orders"),
    *_topics("carts", "create update", scope="read_orders"),
    *_topics("customers", "create update enable disable delete", scope="read_customers"),
    WantedTopic("customers/merge", "read_customer_merge"),
    *_topics("products", "create update delete", scope="read_products"),
    *_topics("inventory_levels", "update connect disconnect", scope="read_inventory"),
    WantedTopic("shop/update"),
    WantedTopic("bulk_operations/finish"),
    WantedTopic("app/uninstalled"),
)
