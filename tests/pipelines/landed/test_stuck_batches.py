"""A batch whose load fails: tried again, taken apart, its culprit alone put aside."""

import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.errors import LoadFailed
from pipelines.webhooks import MOST_DEATHS, MOST_TRIES, load_webhooks
from tests.pipelines.conftest import land, land_on, make_tenant, rows
from tests.pipelines.landed.test_shapes import order
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.status import read_status
from warehouse.stuck_batches import well_known_event

ROOT = Path(__file__).parents[3]
CULPRIT = 666
# What Postgres refuses for a reason that no check of ours looks for.
REFUSE = f"alter table raw.orders add constraint unforeseen check (id <> {CULPRIT}) not valid"
# A loader that the culprit kills without a word.
DEADLY = """
import os, pickle, signal, sys
from pathlib import Path
import pipelines.landed.batches as batches
from pipelines.webhooks import load_webhooks
read = batches.parse
def parse(event):
    if b'"id":666,' in event.body:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(event)
batches.parse = parse
load_webhooks(pickle.loads(Path(sys.argv[1]).read_bytes()))
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"home": tmp_path})


@pytest.fixture
def shop(settings: Settings) -> int:
    return make_tenant(settings, "first.myshopify.com")


def as_owner(settings: Settings, statement: str) -> None:
    with connect(settings, Role.OWNER) as owner:
        owner.execute(statement.encode())


def loaded_ids(settings: Settings) -> set[int]:
    return {row[0] for row in rows(settings, "select id from raw.orders")}


def aside(settings: Settings) -> dict[str, str]:
    return dict(rows(settings, "select webhook_id, reason from landing.quarantine"))


def fail(settings: Settings, times: int) -> None:
    for _ in range(times):
        with pytest.raises(LoadFailed, match="unforeseen"):
            load_webhooks(settings)


def test_the_culprit_is_put_aside_and_its_neighbours_and_followers_go_on(
    settings: Settings, shop: int
) -> None:
    land(settings, shop, "orders/create", order(id=1))
    load_webhooks(settings)
    as_owner(settings, REFUSE)
    for number in range(2, 9):
        land(settings, shop, "orders/create", order(id=number))
    bad = land(settings, shop, "orders/create", order(id=CULPRIT))
    for number in range(9, 12):
        land(settings, shop, "orders/create", order(id=number))
    fail(settings, MOST_TRIES - 1)
    land(settings, shop, "orders/create", order(id=12))
    done = load_webhooks(settings)
    assert done.quarantined == 1
    assert loaded_ids(settings) == set(range(1, 13))
    assert list(aside(settings)) == [bad]
    assert "it could not be loaded" in aside(settings)[bad]
    assert "unforeseen" in aside(settings)[bad]
    assert rows(settings, "select count(*) from control.load_batches where loaded_at is null") == [
        (0,)
    ]


def test_a_fault_of_the_house_puts_nothing_aside_however_long_it_lasts(
    settings: Settings, shop: int
) -> None:
    land(settings, shop, "orders/create", order(id=1))
    load_webhooks(settings)
    as_owner(settings, "alter table raw.orders add constraint unforeseen check (id < 0) not valid")
    for number in range(2, 6):
        land(settings, shop, "orders/create", order(id=number))
    fail(settings, 3 * MOST_TRIES)
    assert aside(settings) == {}
    with connect(settings, Role.CONTROL) as control:
        stuck = read_status(control).stuck_batches
    assert sum(batch.events for batch in stuck) == 4
    assert any("unforeseen" in (batch.error or "") for batch in stuck)
    as_owner(settings, "alter table raw.orders drop constraint unforeseen")
    load_webhooks(settings)
    assert aside(settings) == {}
    assert loaded_ids(settings) == set(range(1, 6))
    with connect(settings, Role.CONTROL) as control:
        assert read_status(control).stuck_batches == []


@pytest.mark.parametrize("year", [2026, 2090], ids=["believed", "not believed"])
def test_what_is_loaded_again_to_try_the_house_has_no_later_version_of_its_moment(
    settings: Settings, shop: int, year: int
) -> None:
    at = datetime(year, 3, 1, 12, tzinfo=UTC)
    with connect(settings, Role.OWNER) as together:
        for topic in ("orders/create", "orders/updated"):
            land_on(together, shop, topic, order(), webhook_id=topic, triggered_at=at)
    load_webhooks(settings)
    with connect(settings, Role.LOADER) as loader:
        known = well_known_event(loader, "orders/create")
    assert known is not None
    assert known.webhook_id == "orders/updated"


def test_two_culprits_in_different_halves_are_both_found(settings: Settings, shop: int) -> None:
    land(settings, shop, "orders/create", order(id=1))
    load_webhooks(settings)
    as_owner(settings, REFUSE)
    bad = {land(settings, shop, "orders/create", order(id=CULPRIT))}
    for number in range(2, 5):
        land(settings, shop, "orders/create", order(id=number))
    bad.add(land(settings, shop, "orders/updated", order(id=CULPRIT)))
    for _ in range(20):
        try:
            load_webhooks(settings)
            break
        except LoadFailed:
            continue
    assert set(aside(settings)) == bad
    assert loaded_ids(settings) == {1, 2, 3, 4}


def test_a_body_that_breaks_the_reading_itself_is_put_aside_at_once(
    settings: Settings, shop: int
) -> None:
    deep: dict[str, Any] = order(id=2)
    deep["line_items"][0]["price_set"] = "DEEP"
    body = orjson.dumps(deep).replace(b'"DEEP"', b"[" * 900 + b"]" * 900)
    bad = land(settings, shop, "orders/create", body)
    land(settings, shop, "orders/create", order(id=1))
    load_webhooks(settings)
    assert loaded_ids(settings) == {1}
    assert list(aside(settings)) == [bad]


def test_an_event_that_its_loader_dies_of_is_put_aside_in_the_end(
    settings: Settings, shop: int, tmp_path: Path
) -> None:
    land(settings, shop, "orders/create", order(id=1))
    load_webhooks(settings)
    for number in range(2, 4):
        land(settings, shop, "orders/create", order(id=number))
    bad = land(settings, shop, "orders/create", order(id=CULPRIT))
    file = tmp_path / "settings.pickle"
    file.write_bytes(pickle.dumps(settings))
    child = [sys.executable, "-c", DEADLY, str(file)]
    ends = []
    while not ends or ends[-1] == -9:
        assert len(ends) < 4 * MOST_DEATHS
        done = subprocess.run(child, check=False, timeout=120, cwd=ROOT)
        ends.append(done.returncode)
    assert ends[-1] == 0
    assert loaded_ids(settings) == {1, 2, 3}
    assert aside(settings) == {
        bad: "it could not be loaded: its loader ended without a word each time"
    }
