"""`shopmart privacy`: by an operator's word, with receipts, and clear errors for what cannot be."""

import json
from pathlib import Path

import pytest

from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from tests.privacy import planted
from tests.shopmart.commands import shopmart
from warehouse.settings import Settings


@pytest.fixture
def shop(settings: Settings, tmp_path: Path) -> Settings:
    """One shop with the planted person's order and another's, loaded."""
    settings = settings.model_copy(update={"home": tmp_path})
    tenant = make_tenant(settings, "first.myshopify.com")
    land(settings, tenant, "orders/create", planted.order(1))
    land(settings, tenant, "orders/create", planted.neighbour(4))
    load_webhooks(settings)
    return settings


def test_a_person_is_erased_by_hand_with_a_receipt(shop: Settings) -> None:
    done = shopmart(
        *("privacy", "erase", "first", "--email", planted.EMAIL, "--yes", "--json"), settings=shop
    )
    assert done.returncode == 0, done.stderr
    (deed,) = json.loads(done.stdout)
    assert deed["rows"] == {"raw.orders": 1, "landing.webhook_events": 1}
    notes = rows(shop, "select id, payload ->> 'email' from raw.orders order by id")
    assert notes == [(1, None), (4, planted.NEIGHBOUR)]
    listed = shopmart("privacy", "list", "first", "--json", settings=shop)
    (receipt,) = json.loads(listed.stdout)
    assert (receipt["topic"], receipt["state"]) == ("operator/erase", "done")
    assert receipt["rows"] == deed["rows"]
    shown = shopmart("privacy", "list", settings=shop)
    assert "operator/erase" in shown.stdout
    assert planted.EMAIL not in shown.stdout + listed.stdout


def test_a_bundle_is_made_by_hand(shop: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = shopmart(
        *("privacy", "export", "1", "--customer", str(planted.CUSTOMER)),
        *("--output", str(out), "--json"),
        settings=shop,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [str(path) for path in out.iterdir()] == [told["bundle"]]
    assert told["rows"] == {"raw.orders": 1, "landing.webhook_events": 1}


def test_a_shop_is_erased_only_by_its_own_name(shop: Settings) -> None:
    command = ("privacy", "erase-shop", "1", "--confirm")
    wrong = shopmart(*command, "second.myshopify.com", settings=shop)
    assert wrong.returncode == 1
    assert "nothing was erased" in wrong.stderr
    assert rows(shop, "select count(*) from raw.orders") == [(2,)]
    done = shopmart(*command, "first.myshopify.com", settings=shop)
    assert done.returncode == 0, done.stderr
    assert rows(shop, "select count(*) from raw.orders") == [(0,)]
    refused = shopmart("sync", "first", settings=shop)
    assert refused.returncode == 1
    assert "erased" in refused.stdout
    assert "tenant add" in refused.stdout


def test_waiting_requests_are_acted_upon_by_hand(shop: Settings) -> None:
    land(shop, 1, "customers/redact", planted.redact(1), webhook_id="good")
    land(shop, 1, "customers/redact", b"no json", webhook_id="bad")
    load_webhooks(shop)
    done = shopmart("privacy", "act", "--json", settings=shop)
    assert done.returncode == 1
    assert "1 of 2 requests are not done" in done.stderr
    told = {deed["webhookId"]: deed for deed in json.loads(done.stdout)}
    assert told["good"]["problem"] is None
    assert "no JSON" in told["bad"]["problem"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("erase", "first", "--yes"), "nobody is named"),
        (("erase", "first", "--email", "nobody", "--yes"), "is no e-mail"),
        (("erase", "first", "--phone", "12", "--yes"), "fewer than 5 digits"),
        (("erase", "third", "--customer", "5", "--yes"), "no tenant has"),
        (("export", "first"), "nobody is named"),
        (("export", "first", "--request", "none"), "has no request for data"),
        (("export", "first", "--request", "x", "--customer", "5"), "leave the other options out"),
        (("list", "third"), "no tenant has"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_cure(
    shop: Settings, arguments: tuple[str, ...], words: str
) -> None:
    done = shopmart("privacy", *arguments, settings=shop)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
