"""While a full refresh has taken a view away the answer is "later", not a shop without figures."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import Built
from tests.api.shops import serving
from warehouse.connections import Role, connect


@pytest.fixture
def without_checkouts(built: Built) -> Iterator[Built]:
    """The moment between a new table and the views that stand on it."""
    rename(built, "checkouts", "checkouts_away")
    yield built
    rename(built, "checkouts_away", "checkouts")


def rename(built: Built, view: str, name: str) -> None:
    with connect(built.spare, Role.DBT) as connection:
        connection.execute(f"alter view marts.{view} rename to {name}")


@pytest.mark.parametrize("form", ["", "/list", "/list.csv"])
def test_a_shop_that_was_built_is_asked_to_wait(without_checkouts: Built, form: str) -> None:
    path = f"/api/v1/analytics/checkouts/{without_checkouts.berlin.tenant_id}{form}"
    with serving(without_checkouts.spare) as api:
        found = api.get(path)
    assert found.status_code == 503
    assert "made anew" in found.text
    assert int(found.headers["Retry-After"]) > 0
