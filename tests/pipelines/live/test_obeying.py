"""Requests for privacy beside the loop: acted upon when nobody is in the way, and not before."""

from pathlib import Path

import pytest

from pipelines.access.exports import export_folder
from pipelines.build.building import LOCK as BUILD_LOCK
from pipelines.destination import SYNC_LANES
from pipelines.live.obeying import obey, obeying
from pipelines.load import lane
from pipelines.privacy.acting import Deed, act_on_requests
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from tests.privacy import planted
from warehouse.connections import Role, advisory_lock, connect
from warehouse.settings import Settings
from warehouse.tenants import get_tenant

EMAILS = "select payload ->> 'email' from raw.orders order by id"


@pytest.fixture
def asked(settings: Settings, tmp_path: Path) -> Settings:
    """A shop with a person's order and the request to erase the person, loaded."""
    settings = settings.model_copy(update={"home": tmp_path})
    tenant = make_tenant(settings, "first.myshopify.com")
    land(settings, tenant, "orders/create", planted.order(1))
    land(settings, tenant, "customers/redact", planted.redact(1))
    load_webhooks(settings)
    return settings


def test_a_request_is_acted_upon_once(asked: Settings) -> None:
    assert rows(asked, EMAILS) == [(planted.EMAIL,)]
    assert obey(asked) == 1
    assert rows(asked, EMAILS) == [(None,)]
    assert obey(asked) == 0


def test_it_waits_for_a_build_and_for_a_load(asked: Settings) -> None:
    with (
        connect(asked, Role.DBT, autocommit=True) as builder,
        advisory_lock(builder, BUILD_LOCK),
    ):
        assert obey(asked) == 0
    with lane(asked, SYNC_LANES[2]):
        assert obey(asked) == 0
    assert rows(asked, EMAILS) == [(planted.EMAIL,)]


@pytest.mark.timeout(120)
def test_a_cleaning_that_waits_for_a_sync_waits_for_no_load_and_no_build(asked: Settings) -> None:
    cleaned = "select cleaned_at is not null from control.receipts"
    with connect(asked, Role.LOADER) as connection:
        tenant = get_tenant(connection, 1)
    with export_folder(asked, tenant):
        assert len(act_on_requests(asked)) == 1
        with lane(asked, SYNC_LANES[0]):
            assert act_on_requests(asked) == []
        assert rows(asked, cleaned) == [(False,)]
    assert obey(asked) == 0
    assert rows(asked, cleaned) == [(True,)]


def test_what_nobody_foresaw_does_not_end_the_thread(
    asked: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([ValueError("zaphod")])

    def fails_once(settings: Settings) -> list[Deed]:
        for failure in failures:
            raise failure
        return act_on_requests(settings)

    monkeypatch.setattr("pipelines.live.obeying.act_on_requests", fails_once)
    with connect(asked, Role.CONTROL, autocommit=True) as waiter, obeying(asked):
        waiter.execute("listen shopmart_landed")
        heard = list(waiter.notifies(timeout=30, stop_after=1))
    assert len(heard) == 1
    assert rows(asked, EMAILS) == [(None,)]


def test_beside_the_loop_it_happens_by_itself(asked: Settings) -> None:
    with connect(asked, Role.CONTROL, autocommit=True) as waiter, obeying(asked):
        waiter.execute("listen shopmart_landed")
        heard = list(waiter.notifies(timeout=30, stop_after=1))
    assert len(heard) == 1
    assert rows(asked, EMAILS) == [(None,)]
