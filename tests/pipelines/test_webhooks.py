"""Landed webhooks into the raw tables: loaded, kept or put aside; none is lost or doubled."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from tests.pipelines.landed.test_shapes import NO_JSON, POISON, order
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


def test_poison_among_good_ones_is_put_aside_and_every_good_one_is_loaded(
    settings: Settings, shop: int
) -> None:
    good = [land(settings, shop, "orders/create", order(id=number)) for number in range(1, 41)]
    bad = {}
    for name, (change, field) in POISON.items():
        body = order(id=900)
        change(body)
        bad[land(settings, shop, "orders/updated", body)] = (name, field)
    for name, content in NO_JSON.items():
        bad[land(settings, shop, "orders/updated", content)] = (name, "the body is no JSON")
    done = load_webhooks(settings)
    assert (done.documents, done.quarantined) == (len(good), len(bad))
    assert verdicts(settings) == {"loaded": len(good), "quarantined": len(bad)}
    reasons = dict(rows(settings, "select webhook_id, reason from landing.quarantine"))
    assert set(reasons) == set(bad)
    for webhook_id, (name, field) in bad.items():
        assert reasons[webhook_id].startswith(field), name


def test_what_only_postgres_refuses_is_found_and_put_aside_by_row(
    settings: Settings, shop: int
) -> None:
    for number in range(1, 6):
        land(settings, shop, "orders/create", order(id=number))
    tiny = orjson.dumps(order(id=6, x="TINY")).replace(b'"TINY"', b"1e-20000")
    land(settings, shop, "orders/create", tiny)
    done = load_webhooks(settings)
    assert (done.documents, done.quarantined) == (5, 1)
    ((reason,),) = rows(settings, "select reason from landing.quarantine")
    assert "overflows numeric" in reason
    assert rows(settings, "select count(*) from raw.orders") == [(5,)]


def test_topics_of_no_table_are_kept_where_they_landed(settings: Settings, shop: int) -> None:
    for topic in ("tender_transactions/create", "themes/publish", "shop/redact", "no/topic"):
        land(settings, shop, topic, b"not even json")
    done = load_webhooks(settings)
    assert (done.events, done.kept, done.documents, done.load_ids) == (4, 4, 0, ())
    assert verdicts(settings) == {"kept": 4}


def test_each_topic_goes_to_its_table_with_its_parent(settings: Settings, shop: int) -> None:
    time = "2026-03-01T10:00:00Z"
    edit = {"id": 3, "order_id": 1, "committed_at": time}
    land(settings, shop, "orders/edited", {"order_edit": edit})
    land(settings, shop, "refunds/create", {"id": 2, "order_id": 1, "created_at": time})
    land(settings, shop, "customers/enable", {"id": 4, "updated_at": time})
    land(settings, shop, "shop/update", {"id": 5, "updated_at": None}, triggered_at=AT)
    land(settings, shop, "orders/paid", order(id=1))
    load_webhooks(settings)
    for table, expected in {
        "orders": (1, "webhook", None),
        "refunds": (2, "webhook", 1),
        "order_edits": (3, "webhook", 1),
        "customers": (4, "webhook", None),
        "shops": (5, "webhook", None),
    }.items():
        assert rows(settings, f"select id, origin, parent_id from raw.{table}") == [expected]
    assert rows(settings, "select updated_at from raw.shops") == [(AT,)]


def test_newest_change_wins_and_equal_changes_are_told_apart_by_their_triggering(
    settings: Settings, shop: int
) -> None:
    def at(hour: int, note: str, second: int) -> None:
        body = order(updated_at=f"2026-03-01T{hour:02}:00:00Z", note=note)
        moment = AT + timedelta(seconds=second)
        land(settings, shop, "orders/updated", body, triggered_at=moment)

    at(11, "later of two equals", 9)
    at(10, "older", 99)
    at(11, "earlier of two equals", 5)
    load_webhooks(settings)
    note = "select payload ->> 'note' from raw.orders"
    assert rows(settings, note) == [("later of two equals",)]
    at(9, "very late and very old", 999)
    at(11, "still the earlier", 7)
    load_webhooks(settings)
    assert rows(settings, note) == [("later of two equals",)]


def test_a_deleted_order_stays_deleted_when_an_older_change_comes_late(
    settings: Settings, shop: int
) -> None:
    land(settings, shop, "orders/delete", {"id": 820982911946154508}, triggered_at=AT)
    load_webhooks(settings)
    land(settings, shop, "orders/updated", order(), triggered_at=AT + timedelta(hours=1))
    load_webhooks(settings)
    ((payload,),) = rows(settings, "select payload from raw.orders")
    assert payload == {"id": 820982911946154508, "deleted_at": AT.isoformat()}


def test_two_tenants_with_the_same_ids_keep_their_own(settings: Settings, shop: int) -> None:
    other = make_tenant(settings, "second.myshopify.com")
    land(settings, shop, "orders/create", order(note="first"), webhook_id="same")
    land(settings, other, "orders/create", order(note="second"), webhook_id="same")
    load_webhooks(settings)
    found = rows(settings, "select tenant_id, payload ->> 'note' from raw.orders order by 1")
    assert found == [(shop, "first"), (other, "second")]


def test_a_time_of_triggering_from_the_future_is_not_believed(
    settings: Settings, shop: int
) -> None:
    far = datetime.now(UTC) + timedelta(days=300)
    land(settings, shop, "orders/delete", {"id": 7}, triggered_at=far)
    load_webhooks(settings)
    ((updated_at,),) = rows(settings, "select updated_at from raw.orders")
    assert updated_at < datetime.now(UTC) + timedelta(minutes=5)
