"""The points that Shopify answers: token, version, clock, scopes, history, webhooks."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from pipelines.access import tenant_client
from pipelines.doctor.findings import Finding, failed, ok, skipped, warning
from pipelines.doctor.grants import scope_findings
from pipelines.doctor.webhooks import webhook_findings
from pipelines.errors import AccessDenied, PipelineError, WrongVersion
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import document
from warehouse.credentials import read_credentials
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.shopify_versions import supported_until
from warehouse.tenants import Tenant, record_access

Connection = psycopg.Connection[tuple[Any, ...]]
Node = Mapping[str, Any]
# A quarter is the time between two versions: enough for an upgrade.
VERSION_NOTICE = timedelta(days=90)
REFRESH_NOTICE = timedelta(days=14)
CLOCK_OFF_SECONDS, CLOCK_WRONG_SECONDS = 5.0, 300.0
AFTER_TOKEN = ("API version", "clock", "shop", "scopes", "order history", "customer data")


def shop_findings(settings: Settings, connection: Connection, tenant: Tenant) -> Iterator[Finding]:
    """Every point that needs an answer of Shopify; one without an answer skips the rest."""
    try:
        with tenant_client(settings, tenant) as client:
            told = client.query(document("preflight"))
            yield _token(settings, connection, tenant)
            yield from _answered(settings, connection, tenant, client, told)
    except WrongVersion as error:
        yield _token(settings, connection, tenant)
        yield failed("API version", str(error), str(error.hint))
        yield from _skipped(AFTER_TOKEN[1:], "Shopify answers in another version")
    except PipelineError as error:
        yield failed("token", str(error), error.hint or "see the words of Shopify")
        yield from _skipped(AFTER_TOKEN, "Shopify gives no answer")


def _answered(
    settings: Settings,
    connection: Connection,
    tenant: Tenant,
    client: ShopifyClient,
    told: Node,
) -> Iterator[Finding]:
    version = settings.shopify_api_version
    scopes = frozenset(
        str(scope["handle"]) for scope in told["currentAppInstallation"]["accessScopes"]
    )
    record_access(connection, tenant.tenant_id, scopes=scopes, api_version=version)
    yield _version(version, told["publicApiVersions"], now=datetime.now(UTC))
    yield _clock(client.clock_ahead)
    yield _shop(tenant, told["shop"])
    yield from scope_findings(tenant, scopes)
    yield _customer_data(client, scopes)
    yield from webhook_findings(connection, client, tenant, scopes)


def _token(settings: Settings, connection: Connection, tenant: Tenant) -> Finding:
    held = read_credentials(connection, Sealer.from_settings(settings), tenant.tenant_id)
    if held.refresh_token:
        return _expiring(held)
    if held.access_token_expires_at:
        return ok("token", f"client credentials; this token ends {_day(held)}")
    return ok("token", "a lasting token (from 2027 on, public apps need expiring ones)")


def _expiring(held: Credentials) -> Finding:
    found = f"an expiring token with refresh; this one ends {_day(held)}"
    end = held.refresh_token_expires_at
    if end and datetime.fromisoformat(end) - datetime.now(UTC) < REFRESH_NOTICE:
        told = f"{found}; the refresh token ends {end[:10]}"
        return warning("token", told, "a sync before that day renews it")
    return ok("token", found)


def _day(held: Credentials) -> str:
    end = held.access_token_expires_at
    return f"{end[:16].replace('T', ' ')} UTC" if end else "at a time that is not known"


def _version(version: str, served: Collection[Node], *, now: datetime) -> Finding:
    name, end = "API version", supported_until(version)
    newest = max((str(one["handle"]) for one in served if one["supported"]), default=version)
    cure = f"set SHOPMART_SHOPIFY_API_VERSION={newest} (the newest stable version)"
    known = {str(one["handle"]): bool(one["supported"]) for one in served}
    if end is None or (known and version not in known):
        return failed(name, f"{version} is not served", cure)
    if known and not known[version]:
        return warning(name, f"{version} is not stable: a release candidate, or over", cure)
    found = f"{version}, served until {end:%Y-%m-%d} at least"
    if end - now < VERSION_NOTICE:
        return warning(name, found, cure)
    return ok(name, found)


def _clock(ahead: float) -> Finding:
    found = f"ours is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Shopify's"
    cure = "let this machine follow a time server (NTP)"
    if abs(ahead) > CLOCK_WRONG_SECONDS:
        return failed("clock", found, cure)
    if abs(ahead) > CLOCK_OFF_SECONDS:
        return warning("clock", found, cure)
    return ok("clock", "agrees with Shopify's")


def _shop(tenant: Tenant, shop: Node) -> Finding:
    domain = str(shop["myshopifyDomain"])
    if domain != tenant.shop_domain:
        return failed(
            "shop",
            f"the token opens {domain}, and the tenant is {tenant.shop_domain}",
            "give the token of this tenant's own shop by `shopmart tenant update`",
        )
    return ok("shop", f"{domain}, {shop['currencyCode']}, {shop['ianaTimezone']}")


def _customer_data(client: ShopifyClient, scopes: Collection[str]) -> Finding:
    name = "customer data"
    if not {"read_customers", "write_customers"} & set(scopes):
        return skipped(name, "needs the scope read_customers")
    cure = "ask for {} in the app's settings (API access, protected customer data)"
    try:
        client.query(document("customer_ids"))
    except AccessDenied as error:
        return failed(name, str(error), cure.format("protected customer data"))
    try:
        client.query(document("customer_data"))
    except AccessDenied as error:
        return warning(name, str(error), cure.format("names and e-mail addresses (level 2)"))
    return ok(name, "names and e-mail addresses may be read")


def _skipped(names: Collection[str], why: str) -> Iterator[Finding]:
    for name in (*names, "webhooks"):
        yield skipped(name, why)
