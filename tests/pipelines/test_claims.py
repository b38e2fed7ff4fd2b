"""Claims on landed webhooks: late commits, killed loaders and repeats lose and double nothing."""

import pickle
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import LoadFailed
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, land_on, make_tenant, rows
from tests.pipelines.landed.test_shapes import order
from tests.pipelines.model import unrecorded_loads
from warehouse.connections import Role, connect
from warehouse.landing import claim_batch
from warehouse.settings import Settings

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"home": tmp_path})


@pytest.fixture
def shop(settings: Settings) -> int:
    return make_tenant(settings, "first.myshopify.com")


def verdicts(settings: Settings) -> dict[str, int]:
    found = rows(settings, "select verdict, count(*) from landing.webhook_events group by verdict")
    return dict(found)  # type: ignore[arg-type]


def test_an_event_that_commits_late_is_loaded_by_a_later_pass(
    settings: Settings, shop: int
) -> None:
    with psycopg.connect(settings.database_url.get_secret_value()) as slow:  # type: ignore[union-attr]
        land_on(slow, shop, "orders/create", order(id=1), webhook_id="late")
        land(settings, shop, "orders/create", order(id=2))
        assert load_webhooks(settings).events == 1
    assert load_webhooks(settings).events == 1
    assert rows(settings, "select id from raw.orders order by id") == [(1,), (2,)]


def test_a_batch_claimed_by_a_killed_loader_is_done_first(settings: Settings, shop: int) -> None:
    land(settings, shop, "orders/create", order(id=1))
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        claimed = claim_batch(connection, limit=10)
    land(settings, shop, "orders/create", order(id=2))
    done = load_webhooks(settings)
    assert (done.batches, done.events) == (2, 2)
    found = rows(
        settings, "select batch_id, tries, loaded_at is not null from control.load_batches"
    )
    assert claimed is not None
    assert sorted(found) == [(claimed.batch_id, 1, True), (claimed.batch_id + 1, 0, True)]


def test_a_backlog_is_taken_in_bounded_batches(settings: Settings, shop: int) -> None:
    for number in range(1, 8):
        land(settings, shop, "orders/create", order(id=number))
    done = load_webhooks(settings, limit=3)
    assert (done.batches, done.events, done.documents) == (3, 7, 7)


def test_a_claim_is_bounded_in_bytes_but_never_empty(settings: Settings, shop: int) -> None:
    for number in range(1, 4):
        land(settings, shop, "orders/create", order(id=number))
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        batch = claim_batch(connection, limit=10, max_bytes=1)
    assert batch is not None
    claimed = "select count(*) from landing.webhook_events where load_batch is not null"
    assert rows(settings, claimed) == [(1,)]


def test_a_redelivered_batch_changes_nothing(settings: Settings, shop: int) -> None:
    land(settings, shop, "orders/create", order())
    load_webhooks(settings)
    before = rows(settings, "select id, updated_at, payload from raw.orders")
    with connect(settings, Role.OWNER) as connection:
        connection.execute("update control.load_batches set loaded_at = null")
    assert load_webhooks(settings).batches == 1
    assert rows(settings, "select id, updated_at, payload from raw.orders") == before


def test_a_load_that_fails_leaves_the_batch_open_and_the_next_one_loads_it(
    settings: Settings, shop: int
) -> None:
    land(settings, shop, "orders/create", order())
    with connect(settings, Role.OWNER) as connection:
        connection.execute("alter table raw.orders add constraint none check (id < 0)")
    with pytest.raises(LoadFailed, match="none"):
        load_webhooks(settings)
    assert verdicts(settings) == {None: 1}
    with connect(settings, Role.OWNER) as connection:
        connection.execute("alter table raw.orders drop constraint none")
    assert load_webhooks(settings).documents == 1
    assert rows(settings, "select count(*) from control.load_batches") == [(1,)]


def test_loaders_side_by_side_lose_and_double_nothing_while_events_arrive(
    settings: Settings, shop: int
) -> None:
    def arrive() -> None:
        for number in range(1, 61):
            land(settings, shop, "orders/create", order(id=number))

    arriving = threading.Thread(target=arrive)
    arriving.start()
    loaders = [threading.Thread(target=load_webhooks, args=[settings]) for _ in range(2)]
    for loader in loaders:
        loader.start()
    for thread in (arriving, *loaders):
        thread.join()
    load_webhooks(settings)
    assert verdicts(settings) == {"loaded": 60}
    assert rows(settings, "select count(*) from raw.orders") == [(60,)]


def test_a_loader_killed_again_and_again_loses_and_doubles_nothing(
    settings: Settings, shop: int, tmp_path: Path
) -> None:
    load_webhooks(settings)
    land(settings, shop, "orders/create", order(id=1))
    load_webhooks(settings)
    file = tmp_path / "settings.pickle"
    file.write_bytes(pickle.dumps((settings, None)))
    for number, moment in enumerate(
        ("before the copy", "after the merge committed", "after the load is on record"), start=2
    ):
        land(settings, shop, "orders/create", order(id=number))
        land(
            settings, shop, "orders/updated", order(id=1, note=str(number), updated_at=_at(number))
        )
        child = [sys.executable, "-m", "tests.pipelines.killed_load", str(file), "-", moment]
        assert subprocess.run(child, check=False, timeout=120, cwd=ROOT).returncode == -9
    done = load_webhooks(settings)
    assert done.events == 6
    assert verdicts(settings) == {"loaded": 7}
    assert rows(settings, "select id from raw.orders order by id") == [(1,), (2,), (3,), (4,)]
    assert rows(settings, "select payload ->> 'note' from raw.orders where id = 1") == [("4",)]
    assert unrecorded_loads(settings) == 0
    assert rows(settings, "select count(*) from control.load_batches where loaded_at is null") == [
        (0,)
    ]


def _at(day: int) -> str:
    return f"2026-03-{day:02}T00:00:00Z"
