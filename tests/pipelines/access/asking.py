"""A process of its own that asks for a tenant's token and prints it; the environment is its own."""

import sys

from pipelines.access import TenantTokens
from warehouse.connections import Role, connect
from warehouse.settings import load_settings
from warehouse.tenants import get_tenant


def main(tenant_id: str) -> None:
    """Print the token."""
    settings = load_settings()
    with connect(settings, Role.LOADER) as connection:
        tenant = get_tenant(connection, tenant_id)
    print("ready", flush=True)
    sys.stdin.readline()
    print(TenantTokens(settings, tenant).current(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
