"""Erased people stay erased: replays, late webhooks, syncs; who buys again is a new buyer."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from pydantic import SecretStr

from pipelines.privacy.acting import erase_by_hand
from pipelines.privacy.bundle import asked_by_request
from pipelines.privacy.marks import Thing, read_marks
from pipelines.privacy.people import Asked
from pipelines.upkeep import tidy
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land
from tests.privacy import planted
from tests.privacy.conftest import House
from tests.privacy.test_erasure import lasting
from warehouse.connections import Role, connect

# Whole builds of dbt, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

BUYERS = "select order_id, buyer_key from marts.orders where tenant_id = %s order by order_id"
HASHES = "select count(*) from control.buyers where tenant_id = %s"


def erase(house: House) -> None:
    (deed,) = house.ask(house.first, "customers/redact", planted.redact(1, 2))
    assert deed.problem is None


def test_whatever_brings_them_back_they_stay_erased(house: House) -> None:
    house.rows("select 1")
    buyers = dict(house.rows(BUYERS, house.first))
    erase(house)
    house.build()
    before, hashes = house.marts(house.first), house.rows(HASHES, house.first)

    # All that ever landed is loaded again; the same events come late, under other webhook ids.
    with psycopg.connect(house.url) as connection:
        connection.execute(
            "update landing.webhook_events set load_batch = null where tenant_id = %s"
            " and verdict <> 'quarantined'",
            [house.first],
        )
    load_webhooks(house.settings)
    for topic, body in planted.landed():
        if isinstance(body, dict) and topic != "customers/redact":
            land(house.settings, house.first, topic, body)
    load_webhooks(house.settings)
    # A sync reads everything with names and addresses, as if Shopify knew of no erasure.
    later = [
        (table, {**body, "updatedAt": "2026-04-01T10:00:00Z"})
        for table, body in planted.admin_documents()
    ]
    house.sync(house.first, later)
    house.build(full_refresh=True)

    assert house.found(house.first) == [], house.found(house.first)
    assert dict(house.rows(BUYERS, house.first)) == buyers
    assert house.rows(HASHES, house.first) == hashes
    after = house.marts(house.first)
    assert after.keys() == before.keys()
    assert [row["total_sales"] for row in after["orders"]] == [
        row["total_sales"] for row in before["orders"]
    ]


def test_an_order_that_was_never_seen_is_erased_when_it_comes(house: House) -> None:
    erase(house)
    late = planted.order(12, updated_at="2026-04-01T10:00:00Z")
    land(house.settings, house.first, "orders/create", late)
    load_webhooks(house.settings)
    _, told = planted.admin_documents()[0]
    unseen = {
        **told,
        "id": "gid://shopify/Order/13",
        "refunds": [{"id": "gid://shopify/Refund/71", "createdAt": planted.LATER}],
    }
    read = {
        "id": "gid://shopify/Refund/71",
        "orderId": 13,
        "createdAt": planted.LATER,
        "updatedAt": planted.LATER,
        "note": "planted reason",
    }
    house.sync(house.first, [("refunds", read), ("orders", unseen)])
    house.build()

    assert house.found(house.first) == [], house.found(house.first)
    keys = dict(house.rows(BUYERS, house.first))
    assert keys[12] == keys[13] == keys[1]


def test_what_landed_before_its_order_was_known_as_theirs_is_erased_at_night(house: House) -> None:
    erase(house)
    land(house.settings, house.first, "refunds/create", planted.refund(71, of=13))
    load_webhooks(house.settings)
    _, told = planted.admin_documents()[0]
    house.sync(house.first, [("orders", {**told, "id": "gid://shopify/Order/13"})])
    left = lasting(house.found(house.first))
    assert left
    assert all(one.startswith("landing.webhook_events.body") for one in left), left

    done = tidy(house.settings)

    assert done["late webhooks of erased people"] == 1
    assert lasting(house.found(house.first)) == []
    assert tidy(house.settings)["late webhooks of erased people"] == 0
    events = "select count(*) from landing.webhook_events where topic = 'refunds/create'"
    assert house.rows(f"{events} and tenant_id = %s", house.first) == [(2,)]


def test_an_erasure_leaves_a_request_that_is_not_loaded_as_it_came(house: House) -> None:
    land(
        house.settings, house.first, "customers/data_request", planted.redact(1), webhook_id="asked"
    )
    erase_by_hand(house.settings, house.first, Asked(customer=planted.CUSTOMER))
    load_webhooks(house.settings)
    assert asked_by_request(house.settings, house.first, "asked").email == planted.EMAIL


def test_under_a_new_secret_key_marks_hold_while_the_old_one_stands_behind_it(
    house: House,
) -> None:
    erase(house)
    body = {"id": 14, "email": planted.EMAIL, "created_at": planted.LATER}
    thing = Thing("orders", "14", None, body, datetime.now(UTC))
    old, new = house.settings.encryption_keys[0], "n" * 20
    for keys, known in ((f"{new},{old}", True), (new, False)):
        rotated = house.settings.model_copy(update={"secret_key": SecretStr(keys)})
        with connect(house.settings, Role.OWNER) as connection:
            assert read_marks(connection, rotated, house.first).is_theirs(thing) is known


def test_who_buys_again_is_a_new_buyer_whose_order_is_kept(house: House) -> None:
    erase(house)
    now = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    for number, make in ((20, planted.order), (21, planted.guest)):
        again = make(number, created_at=now, processed_at=now, updated_at=now)
        land(house.settings, house.first, "orders/create", again)
    load_webhooks(house.settings)
    house.build()

    keys = dict(house.rows(BUYERS, house.first))
    assert len({keys[1], keys[3], keys[20], keys[21]}) == 4
    emails = dict(
        house.rows("select order_id, email from marts.orders where tenant_id = %s", house.first)
    )
    assert emails[1] is None
    assert emails[20] == emails[21] == planted.EMAIL
    repeat = "select is_repeat from marts.customers where tenant_id = %s and buyer_key = %s"
    assert house.rows(repeat, house.first, keys[1]) == [(True,)]
    assert house.rows(repeat, house.first, keys[20]) == [(False,)]
