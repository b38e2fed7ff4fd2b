"""POST /analytics/detect-abandoned: each abandoned checkout is counted once."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import Built
from tests.api.shops import Shop, rows

PATH = "/api/v1/analytics/detect-abandoned"


@pytest.fixture
def undetected(built: Built) -> Iterator[Built]:
    yield built
    rows(built.settings, "delete from control.detected_checkouts returning checkout_id")


def test_what_turned_abandoned_is_counted_once(undetected: Built) -> None:
    counts = [undetected.api.post(f"{PATH}/{undetected.berlin.tenant_id}").json() for _ in range(2)]
    assert [one["abandonedCount"] for one in counts] == [3, 0]
    assert {one["success"] for one in counts} == {True}
    assert counts[0]["message"] == "3 checkouts turned abandoned since the last detection"


def test_each_tenants_are_counted_for_themselves(undetected: Built) -> None:
    for shop, count in ((undetected.new_york, 1), (undetected.empty, 0)):
        answer = undetected.api.post(f"{PATH}/{shop.tenant_id}")
        assert (answer.status_code, answer.json()["abandonedCount"]) == (200, count)


def test_before_any_build_there_are_none(api: httpx.Client, shop: Shop) -> None:
    assert api.post(f"{PATH}/{shop.tenant_id}").json()["abandonedCount"] == 0


@pytest.mark.parametrize("tenant_id", ["99", "0", "x", "9" * 30])
def test_a_detection_of_nobody_is_a_404(built: Built, tenant_id: str) -> None:
    assert built.api.post(f"{PATH}/{tenant_id}").status_code == 404
