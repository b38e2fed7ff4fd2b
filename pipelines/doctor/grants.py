"""What the granted scopes let us read: resource by resource, how far back, and what is lost."""

from collections.abc import Collection, Iterator

from pipelines.doctor.findings import Finding, failed, ok, warning
from pipelines.resources import EXPORTED, ORDERS
from pipelines.shopify.queries import grants
from pipelines.shopify.scopes import ALL_ORDERS
from warehouse.tenants import Tenant

HOW = "add it to the app's scopes, release that version and let the shop accept it"
# Scopes that no resource stands and falls with, and what goes missing without them.
FINER = {
    "read_returns": "orders are read without the returns behind their refunds",
    "read_customer_merge": "merged customers are told by no webhook and stay two",
}


def scope_findings(tenant: Tenant, scopes: Collection[str]) -> Iterator[Finding]:
    """One finding for each resource and finer scope, and one for how far back orders are read."""
    granted = frozenset(scopes)
    if not granted:
        yield failed(
            "scopes",
            "the token is valid, and has no scope at all",
            "release a version of the app that asks for scopes, and install it again",
        )
    for resource in EXPORTED:
        name = f"scope of {resource.name}"
        wanted = resource.scopes[0]
        if grants(granted, resource.scopes):
            yield ok(name, wanted)
        elif resource is ORDERS:
            yield failed(name, f"{wanted} is not granted: no sync is possible", HOW)
        else:
            yield warning(name, f"{wanted} is not granted: {resource.name} are left out", HOW)
    for scope, loss in FINER.items():
        name = f"scope {scope}"
        if grants(granted, [scope]):
            yield ok(name, "granted")
        else:
            yield warning(name, f"not granted: {loss}", HOW)
    yield _history(tenant, granted)


def _history(tenant: Tenant, granted: frozenset[str]) -> Finding:
    since = tenant.coverage_from
    if ALL_ORDERS in granted:
        if since is None:
            return ok("order history", "every order may be read")
        return warning(
            "order history",
            f"every order may be read, and was read since {since:%Y-%m-%d} only",
            f"the next sync reads the older ones, too: shopmart sync {tenant.tenant_id}",
        )
    told = f"since {since:%Y-%m-%d}" if since else "of the 60 days before the first sync"
    return warning(
        "order history",
        f"{ALL_ORDERS} is not granted: orders {told} only",
        f"ask for {ALL_ORDERS} in the app's settings (API access), then add it to the scopes",
    )
