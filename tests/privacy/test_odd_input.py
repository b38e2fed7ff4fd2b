"""What is odd in deliveries and requests neither stops an erasure nor reaches other people."""

import zipfile
from pathlib import Path

import pytest

from pipelines.privacy.acting import erase_by_hand
from pipelines.privacy.bundle import make_bundle
from pipelines.privacy.people import Asked
from pipelines.privacy.screen import Screen
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land
from tests.privacy import planted
from tests.privacy.conftest import House

JO, MARY = "jo@x.example", "mary.jo@x.example"
ODD_IDS = ["abc", None, 2**63, 1.5, {"id": 1}, "", -3]
BODY = "select convert_from(body, 'utf8') from landing.webhook_events where topic = %s"


class Killed(Exception):
    """Where a load is killed."""


def killed(*_: object) -> None:
    raise Killed


def odd(number: object, **changes: object) -> dict[str, object]:
    """An order of Jo with an id that none can be."""
    return {**planted.guest(1, email=JO, contact_email=JO, phone=None), "id": number, **changes}


@pytest.mark.parametrize("number", ODD_IDS)
def test_a_delivery_with_an_odd_id_is_erased_and_stops_nothing(
    house_of_nobody: House, number: object
) -> None:
    house = house_of_nobody
    land(house.settings, house.first, "orders/create", odd(number))
    load_webhooks(house.settings)
    deed = erase_by_hand(house.settings, house.first, Asked(email=JO))
    assert deed.problem is None
    assert house.found(house.first) == []
    # What comes after the erasure passes the screen as it is.
    land(house.settings, house.first, "orders/create", odd(number, checkout_token="a\x00b"))
    assert load_webhooks(house.settings).quarantined == 1
    assert house.found(house.first, [*planted.NEEDLES, JO]) == []


def test_a_token_with_a_nul_is_marked_as_it_is_stored(house_of_nobody: House) -> None:
    house = house_of_nobody
    erase_by_hand(house.settings, house.first, Asked(email=JO))
    land(house.settings, house.first, "orders/create", odd(7, checkout_token="a\x00b"))
    assert load_webhooks(house.settings).documents == 1
    marked = "select value from control.erased where kind = 'checkout'"
    assert house.rows(marked) == [("ab",)]


def test_an_email_within_another_one_is_another_persons(house_of_nobody: House) -> None:
    house = house_of_nobody
    body = planted.guest(1, email=MARY, contact_email=MARY, note=f"from {MARY}", phone=None)
    land(house.settings, house.first, "orders/create", body)
    load_webhooks(house.settings)
    before = house.rows("select payload from raw.orders") + house.rows(BODY, "orders/create")
    erase_by_hand(house.settings, house.first, Asked(email=JO))
    after = house.rows("select payload from raw.orders") + house.rows(BODY, "orders/create")
    assert after == before


def test_a_bundle_holds_of_others_only_the_text_that_names_the_person(
    house_of_nobody: House, tmp_path: Path
) -> None:
    house = house_of_nobody
    land(house.settings, house.first, "orders/create", planted.neighbour(4) | {"note": f"for {JO}"})
    load_webhooks(house.settings)
    made = make_bundle(house.settings, house.first, Asked(email=JO), tmp_path)
    with zipfile.ZipFile(made.path) as bundle:
        everything = "".join(bundle.read(name).decode() for name in bundle.namelist())
    assert f"for {JO}" in everything
    assert planted.NEIGHBOUR not in everything
    assert made.counts == {"raw.orders": 1, "landing.webhook_events": 1}


def test_what_stood_before_an_order_is_erased_though_its_load_is_killed(
    house_of_nobody: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_of_nobody
    land(house.settings, house.first, "refunds/create", planted.refund(70, of=7))
    load_webhooks(house.settings)
    erase_by_hand(house.settings, house.first, Asked(email=JO))
    assert "planted reason" in str(house.rows("select payload from raw.refunds"))
    land(house.settings, house.first, "orders/create", odd(7))
    with monkeypatch.context() as patched:
        patched.setattr(Screen, "finish", killed)
        with pytest.raises(Killed):
            load_webhooks(house.settings)
    load_webhooks(house.settings)
    assert house.found(house.first, ["planted"]) == []


def test_a_request_that_postgres_refuses_stops_no_other(house_of_nobody: House) -> None:
    house = house_of_nobody
    land(house.settings, house.second, "customers/redact", {"customer": {"email": "a\x00@b"}},
         webhook_id="odd")  # fmt: skip
    deeds = house.ask(house.first, "customers/redact", planted.redact(1))
    assert [deed.problem for deed in deeds] == [None, None]


def test_a_shop_is_erased_only_by_a_body_that_names_it(house_of_nobody: House) -> None:
    (deed,) = house_of_nobody.ask(house_of_nobody.first, "shop/redact", {"id": 1})
    assert "shop_domain" in str(deed.problem)
    assert house_of_nobody.rows(
        "select count(*) from control.tenants where erased_at is not null"
    ) == [(0,)]
