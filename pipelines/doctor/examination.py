"""The whole checklist in its order: the shop as Shopify shows it, then our own house."""

from collections.abc import Callable, Iterator

from pipelines.doctor.findings import Finding, failed, ok, warning
from pipelines.doctor.house import house_findings
from pipelines.doctor.shop import shop_findings
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import Tenant, get_tenant


def examine(
    settings: Settings,
    tenant_id: int,
    *,
    on_finding: Callable[[Finding], None] = lambda _: None,
) -> list[Finding]:
    """Every point of a tenant's checklist, told as soon as it is known; raises UnknownTenant.

    What Shopify grants is recorded with the tenant. A token that Shopify refuses pauses it.
    """
    findings = []
    for finding in _findings(settings, tenant_id):
        findings.append(finding)
        on_finding(finding)
    return findings


def _findings(settings: Settings, tenant_id: int) -> Iterator[Finding]:
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        tenant = get_tenant(connection, tenant_id)
        yield _tenant(tenant)
        yield from shop_findings(settings, connection, tenant)
        # What the shop itself just told may be newer than the tenant that was read before.
        yield from house_findings(settings, connection, get_tenant(connection, tenant_id))


def _tenant(tenant: Tenant) -> Finding:
    name = "tenant"
    if tenant.status == "active":
        return ok(name, f"{tenant.shop_domain} is active")
    found = f"{tenant.shop_domain} is paused: {tenant.pause_reason}"
    resume = f"shopmart tenant resume {tenant.tenant_id}"
    if tenant.waits_for_access:
        return failed(name, found, f"give new credentials (shopmart tenant update), or: {resume}")
    return warning(name, found, resume)
