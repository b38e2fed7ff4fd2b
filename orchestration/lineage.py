"""Keys, groups and descriptions of every asset that dbt does not describe, and dlt's translator.

A raw table has one name everywhere: resource, asset and dbt source are the same word.
"""

from collections.abc import Iterable

import dagster as dg
from dagster_dlt import DagsterDltTranslator
from dagster_dlt.translator import DltResourceTranslatorData

from orchestration.names import OWNERS

SHOPIFY_GROUP, LANDING_GROUP, RAW_GROUP = "shopify", "landing", "raw"
ADMIN_API = dg.AssetKey(["shopify", "admin_api"])
WEBHOOKS = dg.AssetKey(["shopify", "webhooks"])
LANDED = dg.AssetKey(["landing", "webhook_events"])

# What a sync reads; webhooks bring the same tables up to date between two syncs.
RAW_DESCRIPTIONS = {
    "shops": "Each shop's own settings: time zone, currency, plan. One document for each shop.",
    "orders": "Orders with lines, shipping lines and sales agreements, as Shopify wrote them.",
    "customers": "Customers with an account, as Shopify wrote them.",
    "refunds": "Refunds with lines, adjustments and transactions, read again order by order.",
    "products": "Products with their variants; a deleted product leaves a document that says so.",
    "checkouts": "Checkouts: live ones by token, abandoned ones of the past by number.",
    "inventory_levels": "How much of each item lies at each location; read whole by every sync.",
}
# What only webhooks tell.
WEBHOOK_DESCRIPTIONS = {
    "order_edits": "Edits of orders: orders/edited.",
    "checkout_deletions": "Checkouts that were deleted: checkouts/delete.",
    "carts": "Carts of the online store by token: carts/create, carts/update.",
    "checkout_activity": "Each moment at which a checkout or a cart was touched.",
    "customer_merges": "Which customer's record was merged into which: customers/merge.",
}


def raw_key(resource: str) -> dg.AssetKey:
    """The asset of a raw table."""
    return dg.AssetKey(["raw", resource])


class AdminTranslator(DagsterDltTranslator):
    """Describes a dlt resource of the Admin API as the raw table that it fills."""

    def get_asset_spec(self, data: DltResourceTranslatorData) -> dg.AssetSpec:
        """The default spec under our names; both ways of Shopify's data lead to the table."""
        name = data.resource.name
        return (
            super()
            .get_asset_spec(data)
            .replace_attributes(
                key=raw_key(name),
                deps=[ADMIN_API, LANDED],
                description=RAW_DESCRIPTIONS[name],
                group_name=RAW_GROUP,
                kinds={"dlt", "postgres"},
                owners=OWNERS,
            )
            .merge_attributes(metadata={"dagster/table_name": f"raw.{name}"})
        )


def admin_specs(resources: Iterable[str]) -> list[dg.AssetSpec]:
    """The reading of the Admin API, and the raw tables it fills in dagster-dlt's own terms."""
    import dlt

    translator = AdminTranslator()
    reading = dg.AssetSpec(
        ADMIN_API,
        group_name=SHOPIFY_GROUP,
        kinds={"shopify", "graphql"},
        owners=OWNERS,
        description="Shopify's Admin GraphQL API, read by bulk operations in each sync.",
    )
    return [reading] + [
        translator.get_asset_spec(
            DltResourceTranslatorData(resource=dlt.resource([], name=name), pipeline=None)
        )
        for name in resources
    ]


def webhook_specs() -> list[dg.AssetSpec]:
    """What loading the landed webhooks brings up to date."""
    return [
        dg.AssetSpec(
            LANDED,
            deps=[WEBHOOKS],
            group_name=LANDING_GROUP,
            kinds={"dlt", "postgres"},
            description=(
                "Webhook deliveries as they arrived, each loaded into its raw table once. "
                "What cannot be read is quarantined with the reason and blocks nobody."
            ),
            metadata={"dagster/table_name": "landing.webhook_events"},
            owners=OWNERS,
        ),
        *(
            dg.AssetSpec(
                raw_key(name),
                deps=[LANDED],
                group_name=RAW_GROUP,
                kinds={"dlt", "postgres"},
                owners=OWNERS,
                description=description,
                metadata={"dagster/table_name": f"raw.{name}"},
            )
            for name, description in WEBHOOK_DESCRIPTIONS.items()
        ),
    ]


def delivery_spec() -> dg.AssetSpec:
    """What Shopify sends by itself; nothing of ours runs it."""
    return dg.AssetSpec(
        WEBHOOKS,
        group_name=SHOPIFY_GROUP,
        kinds={"shopify", "webhook"},
        owners=OWNERS,
        description="Webhooks that Shopify posts to the API within seconds of a change.",
    )
