"""What the app may read of a shop: the scopes as Shopify tells them, and how far it sees people.

Beside the scopes Shopify approves apps for customer data in two levels, and tells of it by refusals
alone. The approval for names, addresses, e-mails and phone numbers is kept as one more scope.
"""

from collections.abc import Iterator

from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import Granted, document

# Without it Shopify tells of the orders of the last sixty days and says nothing of the others.
ALL_ORDERS = "read_all_orders"
PERSONAL = "protected_customer_data"
CUSTOMERS = {"read_customers", "write_customers"}


def read_scopes(client: ShopifyClient) -> frozenset[str]:
    """The scopes that are granted; a valid token may have none at all."""
    answer = client.query(document("scopes"))
    return frozenset(
        str(scope["handle"]) for scope in answer["currentAppInstallation"]["accessScopes"]
    )


def with_less_of_people(granted: Granted) -> Iterator[tuple[Granted, str]]:
    """What may be read if Shopify refuses more, and what is missing then; the whole comes first."""
    yield granted, ""
    if granted is not None:
        yield granted - {PERSONAL}, "without names, addresses, e-mails and phone numbers"
        yield granted - {PERSONAL} - CUSTOMERS, "without the customers"
