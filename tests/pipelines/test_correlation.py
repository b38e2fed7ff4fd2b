"""The lines of the logs carry the ids by which a delivery is followed from the door to a build."""

import logging
from pathlib import Path

import orjson
import pytest

from pipelines.build import run_build
from pipelines.webhooks import load_webhooks
from tests.api.shops import add_shop, rows, serving
from tests.pipelines.landed.test_shapes import order
from warehouse.connections import Role, connect
from warehouse.events import Choice, find_flight
from warehouse.settings import Settings

pytestmark = pytest.mark.slow


def test_one_delivery_is_found_in_the_lines_of_landing_load_and_build(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings.model_copy(update={"home": tmp_path})
    shop = add_shop(settings, "alpine-tea")
    caplog.set_level(logging.INFO)
    with serving(settings) as api:
        body = orjson.dumps(order(id=1))
        assert shop.deliver(api, body, Webhook_Id="followed").status_code == 200
    load_webhooks(settings)
    run_build(settings, tests=False)
    with connect(settings, Role.CONTROL) as connection:
        flight = find_flight(connection, Choice(), "followed")
    lines = [vars(record) for record in caplog.records]
    (landed,) = [line for line in lines if line.get("first_event_id") == flight.event_id]
    assert (landed["last_event_id"], landed["name"]) == (flight.event_id, "shopmart.landing")
    (loaded,) = [line for line in lines if line.get("batch_id") == flight.batch_id]
    assert loaded["load_id"] == flight.load_id
    (built,) = [line for line in lines if flight.load_id in line.get("load_ids", [])]
    assert rows(settings, "select max(build_id) from control.builds") == [(built["build_id"],)]
    assert flight.state == "built"
