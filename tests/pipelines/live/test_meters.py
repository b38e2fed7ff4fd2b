"""The loop's meters: what it did, told at its own port while it is at work, never in its way."""

import logging
import socket
from contextlib import ExitStack

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipelines.build.groups import LIVE, WHOLE
from pipelines.live.meters import Meters
from tests.pipelines.live.conftest import Loops, land_orders, served
from warehouse.connections import Role, connect
from warehouse.ports import free_port
from warehouse.settings import Settings


def scraped(port: int) -> dict[str, float]:
    """Each series by its name and the value of its only label."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "le" not in sample.labels
    }


def test_whoever_works_is_scraped_and_who_stands_by_is_not() -> None:
    port = free_port()
    meters = Meters(port)
    with pytest.raises(httpx.ConnectError):
        scraped(port)
    with meters.working():
        assert scraped(port)["shopmart_live_at_work"] == 1
        assert scraped(port)["shopmart_live_stage_failures_total load"] == 0
    with pytest.raises(httpx.ConnectError):
        scraped(port)
    with meters.working():
        assert scraped(port)["shopmart_live_at_work"] == 1


def test_a_port_that_is_taken_is_told_once_and_taken_when_it_is_free(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with ExitStack() as working, caplog.at_level(logging.WARNING):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            meters = Meters(port)
            working.enter_context(meters.working())
            meters.serve()
            assert caplog.text.count("SHOPMART_LIVE_METRICS_PORT") == 1
        meters.serve()
        assert scraped(port)["shopmart_live_at_work"] == 1


def test_a_loop_that_worked_before_leaves_the_port_to_its_successor() -> None:
    port = free_port()
    before, successor = Meters(port), Meters(port)
    with ExitStack() as stack:
        with before.working():
            stack.enter_context(successor.working())
        successor.passes.inc()
        successor.serve()
        assert scraped(port)["shopmart_live_passes_total"] == 1


def test_without_a_port_nothing_is_served(caplog: pytest.LogCaptureFixture) -> None:
    meters = Meters(0)
    with meters.working():
        assert caplog.text == ""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_passes_webhooks_seconds_and_failures_are_counted(
    live: Settings, loops: Loops, shop: int
) -> None:
    port = free_port()
    with connect(live, Role.OWNER) as owner:
        owner.execute("revoke insert on control.builds from shopmart_dbt")
    land_orders(live, shop, 1, 2)
    loops.start(live_metrics_port=port)
    loops.until(lambda: "live failed, next try" in loops.said(), "the build did not fail")
    failed = scraped(port)
    assert failed["shopmart_live_stage_failures_total live"] >= 1
    assert failed["shopmart_live_webhooks_total"] == 2
    with connect(live, Role.OWNER) as owner:
        owner.execute("grant insert on control.builds to shopmart_dbt")
    loops.until(lambda: served(live, shop) == {1, 2}, "the loop did not recover")
    # Whichever group was due first when the rest was over built the other's models, too.
    counts = [f"shopmart_live_stage_seconds_count {group}" for group in (LIVE, WHOLE)]
    loops.until(
        lambda: any(scraped(port)[count] >= 1 for count in counts), "the build is not counted"
    )
    found = scraped(port)
    assert found["shopmart_live_stage_seconds_count load"] == 1
    assert found["shopmart_live_passes_total"] >= 1
    assert found["process_resident_memory_bytes"] > 0
