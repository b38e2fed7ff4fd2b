"""A process of its own that reads a tenant's products some times over; prints how often."""

import sys

from pipelines.access import tenant_client
from warehouse.connections import Role, connect
from warehouse.settings import load_settings
from warehouse.tenants import get_tenant

QUERY = "{ products(first: 50) { nodes { id } } }"


def main(tenant_id: str, times: str) -> None:
    """Read, each time from the shared bucket."""
    settings = load_settings()
    done = 0
    with connect(settings, Role.LOADER) as connection:
        tenant = get_tenant(connection, tenant_id)
    with tenant_client(settings, tenant) as client:
        for _ in range(int(times)):
            client.query(QUERY)
            done += 1
    print(done)


if __name__ == "__main__":
    main(*sys.argv[1:])
