"""The upkeep: what is old and done goes, what is still needed stays whatever its age."""

import pytest

from pipelines.build import run_build
from pipelines.pending import pending
from pipelines.upkeep import BOOKKEEPING_DAYS, forget_bookkeeping, forget_webhooks, tidy, vacuum
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from tests.pipelines.landed.test_shapes import order
from warehouse.connections import Role, connect
from warehouse.settings import Settings


@pytest.fixture
def shop(settings: Settings) -> int:
    return make_tenant(settings, "first.myshopify.com")


def age(settings: Settings, table: str, column: str, *, days: int) -> None:
    with connect(settings, Role.OWNER) as owner:
        query = f"update {table} set {column} = {column} - make_interval(days => %s)"
        owner.execute(query.encode(), [days])


def kept(settings: Settings) -> set[str]:
    return {row[0] for row in rows(settings, "select webhook_id from landing.webhook_events")}


def land_and_load(settings: Settings, shop: int) -> None:
    land(settings, shop, "orders/create", order(id=1), webhook_id="loaded")
    land(settings, shop, "themes/publish", {}, webhook_id="kept")
    land(settings, shop, "orders/create", b"{", webhook_id="put aside")
    load_webhooks(settings)


def test_loaded_webhooks_go_when_their_days_are_over_and_what_was_put_aside_stays(
    settings: Settings, shop: int
) -> None:
    land_and_load(settings, shop)
    age(settings, "control.load_batches", "loaded_at", days=settings.landing_days + 1)
    land(settings, shop, "orders/create", order(id=2), webhook_id="unclaimed")
    assert forget_webhooks(settings) == 2
    assert kept(settings) == {"put aside", "unclaimed"}
    assert rows(settings, "select count(*) from raw.orders") == [(1,)]


def test_younger_ones_stay(settings: Settings, shop: int) -> None:
    land_and_load(settings, shop)
    age(settings, "control.load_batches", "loaded_at", days=settings.landing_days - 1)
    assert forget_webhooks(settings) == 0
    assert len(kept(settings)) == 3


def test_a_batch_is_forgotten_with_its_last_event(settings: Settings, shop: int) -> None:
    land(settings, shop, "orders/create", order(id=1))
    load_webhooks(settings)
    age(settings, "control.load_batches", "loaded_at", days=settings.landing_days + 1)
    forget_webhooks(settings)
    assert rows(settings, "select count(*) from control.load_batches") == [(0,)]


def test_an_unfinished_batch_keeps_its_events_whatever_their_age(
    settings: Settings, shop: int
) -> None:
    land_and_load(settings, shop)
    with connect(settings, Role.OWNER) as owner:
        owner.execute("update control.load_batches set loaded_at = null")
    age(settings, "control.load_batches", "claimed_at", days=900)
    assert forget_webhooks(settings) == 0


def test_a_load_is_forgotten_once_it_is_built_and_old_and_is_not_built_again(
    settings: Settings, shop: int
) -> None:
    for number in (1, 2):
        land(settings, shop, "orders/create", order(id=number))
        load_webhooks(settings)
    age(settings, "raw._dlt_loads", "inserted_at", days=BOOKKEEPING_DAYS + 1)
    assert forget_bookkeeping(settings)["old loads"] == 0, "nothing is built yet"
    run_build(settings, tests=False)
    age(settings, "control.build_loads", "built_at", days=BOOKKEEPING_DAYS + 1)
    assert forget_bookkeeping(settings)["old loads"] == 1, "the newest stays"
    assert rows(settings, "select count(*) from control.build_loads") == [(1,)]
    assert pending(settings).loads == 0


def test_of_old_builds_the_newest_of_each_group_stays(settings: Settings, shop: int) -> None:
    with connect(settings, Role.OWNER) as owner:
        for group in ("all", "all", "live"):
            owner.execute(
                "insert into control.builds (build_group, status, finished_at)"
                " values (%s, 'succeeded', now() - interval '90 days')",
                [group],
            )
    assert forget_bookkeeping(settings)["old builds"] == 1


def test_every_table_of_ours_is_vacuumed_by_its_owner(settings: Settings, shop: int) -> None:
    land_and_load(settings, shop)
    assert vacuum(settings) > 20
    analysed = "select count(*) from pg_stat_user_tables where relname = 'webhook_events'"
    assert rows(settings, analysed + " and last_analyze is not null") == [(1,)]
    assert rows(
        settings,
        "select count(*) from pg_stat_user_tables where relname = '_dlt_loads'"
        " and last_vacuum is not null",
    ) == [(1,)]


def test_a_new_warehouse_is_tidied_without_a_word(settings: Settings) -> None:
    done = tidy(settings)
    assert (done["old webhooks"], done["old loads"], done["old builds"]) == (0, 0, 0)
