"""Clients of a tenant's shop: its tokens and the cost bucket that all its readers share."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines.access.tokens import TenantTokens
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.shared_throttle import SharedThrottle
from warehouse.settings import Settings
from warehouse.tenants import Tenant


@contextmanager
def tenant_client(
    settings: Settings, tenant: Tenant, *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[ShopifyClient]:
    """A client of a tenant's shop, closed at the end; raises NoAccessToken or GrantRefused.

    However long it is used, its token is renewed in time; where Shopify refuses every token, the
    tenant is paused.
    """
    tokens = TenantTokens(settings, tenant, sleep=sleep)
    tokens.current()
    client = ShopifyClient(
        base_url=settings.shopify_base_url.format(shop=tenant.shop_domain),
        version=settings.shopify_api_version,
        tokens=tokens,
        throttle=SharedThrottle(settings, tenant.tenant_id),
        sleep=sleep,
    )
    try:
        yield client
    finally:
        client.close()
