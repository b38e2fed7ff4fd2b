"""The errors of the pipelines; each says what happened in Shopify's own words and what cures it.

PipelineError
├── SyncFailed                 a tenant's sync ended without moving a cursor
│   ├── SyncRunning            another sync of this tenant is at work
│   ├── NoAccessToken          the tenant has no token to read Shopify with
│   ├── Abandoned              given up because another reading of the same sync failed
│   └── ShopifyError           Shopify refused, or answered what cannot be trusted
│       ├── WrongToken         401 or 403: the token is not, or no longer, valid
│       ├── UnknownShop        404: no shop answers at this address
│       ├── AccessDenied       the token lacks a scope
│       ├── WrongVersion       Shopify answered in another API version
│       ├── QueryRefused       Shopify does not take the query, or warns about its filter
│       │   └── QueryTooCostly the query costs more points than one query may
│       ├── ShopifyUnavailable no usable answer after all retries
│       └── BulkFailed         a bulk run failed
│           └── BulkIncomplete its result is not what Shopify said it was (law L4)
├── LoadFailed                 dlt or Postgres could not load documents
└── BadDocument                a webhook's body that must not reach the models
"""


class PipelineError(Exception):
    """Base of all errors of the pipelines; ``hint`` is what a user can do about it."""

    hint: str | None = None

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class SyncFailed(PipelineError):
    """A tenant's sync ended without moving a cursor."""


class SyncRunning(SyncFailed):
    """Another sync of this tenant is at work."""

    hint = "wait for the running sync to end"


class NoAccessToken(SyncFailed):
    """The tenant has no token to read Shopify with."""

    hint = "add an Admin API access token: PATCH /api/v1/tenants/{id} with accessToken"


class Abandoned(SyncFailed):
    """A reading was given up because another reading of the same sync failed."""


class ShopifyError(SyncFailed):
    """Shopify refused, or answered what cannot be trusted."""


class WrongToken(ShopifyError):
    """The token is not, or no longer, valid for this shop."""

    hint = (
        "the access token is wrong or was revoked: copy the Admin API access token from the shop's "
        "app settings again and give it by PATCH /api/v1/tenants/{id} with accessToken"
    )


class UnknownShop(ShopifyError):
    """No shop answers at this address."""

    hint = "check the tenant's shop domain; it is the name that ends in .myshopify.com"


class AccessDenied(ShopifyError):
    """The token lacks a scope."""

    hint = (
        "grant the app the scopes read_orders, read_all_orders and read_customers, then reinstall"
    )


class WrongVersion(ShopifyError):
    """Shopify answered in another API version than was asked for."""

    hint = "set SHOPMART_SHOPIFY_API_VERSION to a version that Shopify still serves"


class QueryRefused(ShopifyError):
    """Shopify does not take the query, or warns about its filter."""

    hint = "this is a fault of ours or a change at Shopify: please report it with these words"


class QueryTooCostly(QueryRefused):
    """The query costs more points than one query may."""


class ShopifyUnavailable(ShopifyError):
    """No usable answer came after all retries."""

    hint = "Shopify or the network is down or overloaded; the next sync reads the same span again"


class BulkFailed(ShopifyError):
    """A bulk run failed."""

    hint = "nothing was loaded and no cursor moved; the next sync reads the same span again"


class BulkIncomplete(BulkFailed):
    """The result of a bulk run is not what Shopify said it was."""


class LoadFailed(PipelineError):
    """Documents could not be loaded into Postgres."""

    hint = "nothing is lost: the same documents are delivered again by the next run"


class BadDocument(PipelineError):
    """A webhook's body that must not reach the models; the text names the field and the fault."""
