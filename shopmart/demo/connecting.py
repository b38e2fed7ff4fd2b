"""The sandbox's shops as tenants: added the first time, their credentials renewed later."""

from dataclasses import dataclass

from shopmart.demo.sandbox_client import SandboxShop
from warehouse.connections import Role, connect
from warehouse.errors import ShopDomainTaken
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import Tenant, add_tenant, find_tenant, update_tenant


@dataclass(frozen=True)
class ConnectedShop:
    """A sandbox shop and the tenant that it is connected as."""

    shop: SandboxShop
    tenant: Tenant


def connect_shops(settings: Settings, shops: list[SandboxShop]) -> list[ConnectedShop]:
    """Every shop as a tenant with working credentials."""
    return [ConnectedShop(shop, _connect(settings, shop)) for shop in shops]


def _connect(settings: Settings, shop: SandboxShop) -> Tenant:
    sealer = Sealer.from_settings(settings)
    credentials = Credentials(webhook_secret=shop.webhook_secret, access_token=shop.access_token)
    with connect(settings, Role.CONTROL) as connection:
        try:
            return add_tenant(
                connection,
                sealer,
                name=shop.name,
                shop_domain=shop.shop_domain,
                credentials=credentials,
            )
        except ShopDomainTaken:
            tenant = find_tenant(connection, shop.shop_domain)
            changes = {
                "webhook_secret": shop.webhook_secret,
                "access_token": shop.access_token,
            }
            return update_tenant(connection, sealer, tenant.tenant_id, credentials=changes)
