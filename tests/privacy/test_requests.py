"""What Shopify asks for: receipts, what cannot be read, killed in the middle, asked twice."""

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.privacy.acting import act_on_requests, erase_by_hand
from pipelines.privacy.people import Asked
from pipelines.upkeep import tidy
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land
from tests.privacy import planted
from tests.privacy.conftest import House
from tests.privacy.killed_erasure import MOMENTS
from warehouse.connections import Role, connect
from warehouse.receipts import Receipt, list_receipts

# Whole builds of dbt, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def receipts(house: House) -> list[Receipt]:
    with connect(house.settings, Role.CONTROL) as connection:
        return list_receipts(connection)


def test_a_receipt_says_what_was_erased_where_and_of_which_request(house: House) -> None:
    house.ask(house.first, "customers/redact", planted.redact(1, 2), webhook_id="asked")
    (receipt,) = receipts(house)
    assert (receipt.topic, receipt.webhook_id, receipt.state) == (
        "customers/redact",
        "asked",
        "done",
    )
    assert receipt.counts["raw.orders"] == 6
    assert receipt.counts["marts.orders"] == 4
    assert receipt.counts["control.buyers"] == 3
    assert receipt.counts["landing.quarantine"] == 2
    assert receipt.request == {
        "customers": ["5", "7"],
        "orders": ["1", "2"],
        "by": ["customer", "email", "phone", "orders"],
    }
    assert "quuxley" not in str(receipt).lower()


def test_the_same_request_again_changes_nothing(house: House) -> None:
    house.ask(house.first, "customers/redact", planted.redact(1))
    (before,) = receipts(house)
    version = "select data_version from control.data_versions where tenant_id = %s"
    (first,) = house.rows(version, house.first)
    assert act_on_requests(house.settings) == []
    assert house.ask(house.first, "customers/redact", planted.redact(1)) == []
    assert receipts(house) == [before]
    assert house.rows(version, house.first) == [first]


def test_whoever_is_named_by_an_e_mail_alone_is_erased_with_all_orders(house: House) -> None:
    body = {"customer": {"email": planted.EMAIL.upper()}, "orders_to_redact": []}
    (deed,) = house.ask(house.first, "customers/redact", body)
    assert deed.problem is None
    left = [one for one in house.found(house.first) if "raw.orders" in one]
    # Nobody can tell whose the order is that has the phone number alone and was never asked for.
    assert left == [], left


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"no json", "no JSON"),
        (b"[1]", "no object"),
        ({"shop_domain": "second.myshopify.com", "customer": {"id": 5}}, "another shop"),
        ({"customer": {"id": "five"}}, "customer.id"),
        ({"customer": {"id": 5, "email": 7}}, "customer.email"),
        ({"customer": {}, "orders_to_redact": []}, "names neither"),
        ({"customer": {"id": 5}, "orders_to_redact": "all"}, "orders"),
    ],
)
def test_what_cannot_be_read_is_told_and_erases_nothing(
    house_of_nobody: House, body: object, words: str
) -> None:
    (deed,) = house_of_nobody.ask(house_of_nobody.first, "customers/redact", body)
    assert words in str(deed.problem)
    (receipt,) = receipts(house_of_nobody)
    assert receipt.state == "not done"
    assert words in str(receipt.deed)
    assert act_on_requests(house_of_nobody.settings) == []
    (again,) = act_on_requests(house_of_nobody.settings, again=True)
    assert again.problem


def test_a_request_that_was_not_acted_upon_outlives_the_retention(house_of_nobody: House) -> None:
    house = house_of_nobody
    house.ask(house.first, "customers/redact", b"no json")
    with connect(house.settings, Role.OWNER) as connection:
        connection.execute("update control.load_batches set loaded_at = now() - interval '1 year'")
    tidy(house.settings)
    assert house.rows("select count(*) from landing.webhook_events") == [(1,)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_anywhere_and_run_again_it_is_complete(
    house: House, tmp_path: Path, moment: str
) -> None:
    land(house.settings, house.first, "customers/redact", planted.redact(1, 2))
    load_webhooks(house.settings)
    orders = house.rows("select count(*) from raw.orders")
    file = tmp_path.parent / f"{tmp_path.name}.settings"
    file.write_bytes(pickle.dumps(house.settings))
    child = subprocess.run(
        [sys.executable, "-m", "tests.privacy.killed_erasure", str(file), moment],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        timeout=120,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    found = house.found(house.first)
    (receipt,) = receipts(house)
    # Nothing of it, or all of it but the cleaning.
    assert (found == []) == (receipt.state == "cleaning")
    assert (len(found) > 50) == (receipt.state == "waiting")

    act_on_requests(house.settings)
    assert house.found(house.first) == [], house.found(house.first)
    assert house.found_in_files() == []
    (receipt,) = receipts(house)
    assert receipt.state == "done"
    assert house.rows("select count(*) from raw.orders") == orders


def test_files_that_a_killed_sync_and_load_left_are_gone(house: House) -> None:
    home = house.settings.home_path
    exported = home / "exports" / f"tenant-{house.first}-abc"
    packed = home / "dlt" / "lane_2" / "load"
    for folder in (exported, packed):
        folder.mkdir(parents=True)
        (folder / "orders.jsonl").write_text("zaphod quuxley")
    erase_by_hand(house.settings, house.first, Asked(customer=planted.CUSTOMER))
    assert house.found_in_files() == []
