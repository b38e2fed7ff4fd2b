"""What the API's tests stand on: the app behind real HTTP, two tenants."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.shops import Shop, add_shop, serving
from warehouse.settings import Settings


@pytest.fixture
def api(settings: Settings) -> Iterator[httpx.Client]:
    with serving(settings) as client:
        yield client


@pytest.fixture
def shop(settings: Settings) -> Shop:
    return add_shop(settings, "alpine-tea")


@pytest.fixture
def other_shop(settings: Settings, shop: Shop) -> Shop:
    return add_shop(settings, "baltic-rye")
