"""The zone that days are counted in: that of the marts, also where the shop's is not known."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import Built
from tests.api.shops import rows, serving
from warehouse.connections import Role, connect
from warehouse.tenants import record_shop


@pytest.fixture
def moved_to_mars(built: Built) -> Iterator[Built]:
    """A shop says that it is in a zone that no server knows; the copy is left as it was found."""
    state(built, "Mars/Olympus_Mons")
    yield built
    state(built, "Europe/Berlin")


def state(built: Built, zone: str) -> None:
    with connect(built.spare, Role.LOADER) as connection:
        record_shop(connection, built.berlin.tenant_id, iana_timezone=zone, currency="EUR")


def test_a_zone_that_no_server_knows_is_answered_in_that_of_the_marts(moved_to_mars: Built) -> None:
    path = f"{moved_to_mars.berlin.path}/metrics"
    bounds = {"startDate": "2026-01-01", "endDate": "2026-12-31"}
    with serving(moved_to_mars.spare) as api:
        found = api.get(path, params=bounds)
    assert found.status_code == 200, found.text
    assert found.json() == moved_to_mars.api.get(path, params=bounds).json()
    ((zone,),) = rows(
        moved_to_mars.spare,
        "select iana_timezone from control.shop_zones where tenant_id = %s",
        moved_to_mars.berlin.tenant_id,
    )
    assert zone == "Europe/Berlin"
