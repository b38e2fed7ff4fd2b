"""The errors of the pipelines; each says what happened in Shopify's own words and what cures it.

PipelineError
├── SyncFailed                 a tenant's sync ended without moving a cursor
│   ├── TenantPaused           the tenant is paused; its reason is told
│   ├── ShopErased             the shop was erased: nothing is read for it
│   ├── SyncRunning            another sync of this tenant is at work
│   ├── SweepRunning           another sweep of this tenant is at work
│   ├── TooManyGone            a sweep would bury more than is likely to be gone
│   ├── NoAccessToken          the tenant has no token to read Shopify with
│   ├── Abandoned              given up because another reading of the same sync failed
│   └── ShopifyError           Shopify refused, or answered what cannot be trusted
│       ├── WrongToken         401: the token is not, or no longer, valid
│       ├── GrantRefused       Shopify grants no token for the credentials that the tenant has
│       ├── ShopClosed         402, 403 or 423: the shop or the app is frozen, locked or barred
│       ├── UnknownShop        404: no shop answers at this address
│       ├── AccessDenied       the token lacks a scope
│       ├── WrongVersion       Shopify answered in another API version
│       ├── QueryRefused       Shopify does not take the query, or warns about its filter
│       │   └── QueryTooCostly the query costs more points than one query may
│       ├── ShopifyUnavailable no usable answer after all retries
│       └── BulkFailed         a bulk run failed
│           ├── BulkTooLarge   it did not come to its end in the time that Shopify gives
│           ├── BulkIncomplete its result is not what Shopify said it was (law L4)
│           └── OddDocument    its result holds a value that would stop the models
├── BadAddress                 Shopify cannot deliver webhooks to this address
├── LoadFailed                 dlt or Postgres could not load documents
└── BadDocument                a webhook's body that must not reach the models
"""

from datetime import UTC, datetime


class PipelineError(Exception):
    """Base of all errors of the pipelines; ``hint`` is what a user can do about it."""

    hint: str | None = None

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class SyncFailed(PipelineError):
    """A tenant's sync ended without moving a cursor."""


class TenantPaused(SyncFailed):
    """The tenant is paused: by hand, because its app was uninstalled, or its keys were refused."""

    hint = (
        "give new keys by `shopmart tenant update` where the old ones were refused, else: "
        "shopmart tenant resume"
    )


class ShopErased(SyncFailed):
    """The shop was erased at its own request, and nothing is read or loaded for it."""

    hint = "if the shop has installed the app again, connect it anew: shopmart tenant add"


class SyncRunning(SyncFailed):
    """Another sync of this tenant is at work."""

    hint = "wait for the running sync to end"


class SweepRunning(SyncFailed):
    """Another sweep of this tenant is at work."""

    hint = "wait for the running sweep to end"


class TooManyGone(SyncFailed):
    """A sweep would bury more of a resource than is likely to be gone."""

    hint = (
        "look into the shop's admin and at the app's scopes; where they really are gone: "
        "shopmart sweep TENANT --force"
    )


class NoAccessToken(SyncFailed):
    """The tenant has no token to read Shopify with."""

    hint = (
        "give the app's client id and client secret, or an access token, by `shopmart tenant "
        "update` or PATCH /api/v1/tenants/{id}"
    )


class Abandoned(SyncFailed):
    """A reading was given up because another reading of the same sync failed."""


class ShopifyError(SyncFailed):
    """Shopify refused, or answered what cannot be trusted."""


class WrongToken(ShopifyError):
    """The token is not, or no longer, valid for this shop."""

    hint = (
        "the access token is wrong or was revoked: give a valid one (or the app's client id and "
        "client secret) by `shopmart tenant update` or PATCH /api/v1/tenants/{id}, which resumes "
        "the tenant"
    )


class GrantRefused(ShopifyError):
    """Shopify grants no token for the credentials that the tenant has."""

    hint = (
        "give credentials that are in force by `shopmart tenant update` or "
        "PATCH /api/v1/tenants/{id}, which resumes the tenant"
    )


class ShopClosed(ShopifyError):
    """The shop or the app is frozen, locked or barred."""

    hint = "the shop's own admin says why: an unpaid plan, a locked shop or an app that was barred"


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


class BulkTooLarge(BulkFailed):
    """A bulk run did not come to its end in the time that Shopify gives it, seen at `found_at`."""

    hint = (
        "not even an hour of this shop's changes came through in one export: Shopify has trouble, "
        "or something changes everything; no cursor moved, the next sync tries again"
    )

    def __init__(
        self, message: str, *, hint: str | None = None, found_at: datetime | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.found_at = found_at or datetime.now(UTC)


class BulkIncomplete(BulkFailed):
    """The result of a bulk run is not what Shopify said it was."""


class BadAddress(PipelineError):
    """Shopify cannot deliver webhooks to this address."""

    hint = (
        "give the public address of the landing endpoint, such as "
        "https://shopmart.example/api/v1/webhook/shopify"
    )


class OddDocument(BulkFailed):
    """The result of a bulk run holds a value that would stop the models of all tenants."""

    hint = (
        "nothing of this shop was loaded, the others are not touched; look at that object in the "
        "shop's admin, and report these words if it looks right there"
    )


class LoadFailed(PipelineError):
    """Documents could not be loaded into Postgres."""

    hint = "nothing is lost: the same documents are delivered again by the next run"


class BadDocument(PipelineError):
    """A webhook's body that must not reach the models; the text names the field and the fault."""
