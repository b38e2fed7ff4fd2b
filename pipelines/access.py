"""The way into one tenant's shop: its token, a client that uses it, a folder for what is exported.

This slice knows the legacy token. Client credentials and the expiring offline token are two further
ways to the same answer of `access_token`.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from pipelines.errors import NoAccessToken
from pipelines.shopify.client import ShopifyClient, open_client
from warehouse.secrets import Sealer
from warehouse.settings import Settings
from warehouse.tenants import Tenant, read_credentials

Connection = psycopg.Connection[tuple[Any, ...]]


def access_token(settings: Settings, connection: Connection, tenant: Tenant) -> str:
    """The token to read a tenant's shop with; raises NoAccessToken."""
    sealer = Sealer.from_settings(settings)
    token = read_credentials(connection, sealer, tenant.tenant_id).access_token
    if not token:
        raise NoAccessToken(f"{tenant.shop_domain} has no access token")
    return token


@contextmanager
def tenant_client(
    settings: Settings,
    connection: Connection,
    tenant: Tenant,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[ShopifyClient]:
    """A client of a tenant's shop, closed at the end; raises NoAccessToken."""
    token = access_token(settings, connection, tenant)
    client = open_client(settings, shop_domain=tenant.shop_domain, token=token, sleep=sleep)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def export_folder(settings: Settings, tenant: Tenant) -> Iterator[Path]:
    """A folder for what Shopify exports, gone at the end: it holds people's data."""
    parent = settings.home_path / "exports"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"tenant-{tenant.tenant_id}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
