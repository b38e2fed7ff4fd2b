"""customers/data_request: everything held about the person, and nothing of anybody else."""

import csv
import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from pipelines.privacy.bundle import BundleRefused, asked_by_request, make_bundle
from pipelines.privacy.people import Asked
from tests.privacy import planted
from tests.privacy.conftest import House
from warehouse.connections import Role, connect
from warehouse.receipts import list_receipts

# Whole builds of dbt, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

REQUEST = {
    "shop_id": 1,
    "orders_requested": [1],
    "customer": {"id": planted.CUSTOMER, "email": planted.EMAIL, "phone": planted.PHONE},
    "data_request": {"id": 9999},
}


def test_a_request_is_counted_at_once_and_answered_by_a_bundle(
    house: House, tmp_path: Path
) -> None:
    before = house.found(house.first)
    (deed,) = house.ask(house.first, "customers/data_request", REQUEST, webhook_id="who am I")
    with connect(house.settings, Role.CONTROL) as connection:
        (receipt,) = list_receipts(connection)
    assert receipt.state == "to be answered"
    assert receipt.counts == deed.counts
    assert deed.counts["raw.orders"] == 6

    asked = asked_by_request(house.settings, house.first, "who am I")
    made = make_bundle(house.settings, house.first, asked, tmp_path, request="who am I")

    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    with zipfile.ZipFile(made.path) as bundle:
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    everything = "".join(texts.values()).lower()
    assert all(needle in everything for needle in planted.NEEDLES)
    assert planted.NEIGHBOUR not in everything
    orders = list(csv.DictReader(io.StringIO(texts["figures/orders.csv"])))
    assert sorted(row["order_id"] for row in orders) == ["1", "2", "3", "8", "9"]
    assert {row["tenant_id"] for row in orders} == {str(house.first)}
    summary = json.loads(texts["summary.json"])
    assert summary["rows"] == dict(made.counts)
    assert len(json.loads(texts["documents/orders.json"])) == summary["rows"]["raw.orders"]
    with connect(house.settings, Role.CONTROL) as connection:
        (receipt,) = list_receipts(connection)
    assert (receipt.state, receipt.bundle) == ("done", made.path.name)
    # To look changes nothing: the request's own delivery is all that came.
    assert len(house.found(house.first)) == len(before) + 1
    assert house.rows("select count(*) from control.erased") == [(0,)]


def test_a_bundle_of_the_erased_holds_nothing_of_them(house: House, tmp_path: Path) -> None:
    house.ask(house.first, "customers/redact", planted.redact(1, 2))
    asked = Asked(customer=planted.CUSTOMER, email=planted.EMAIL)
    made = make_bundle(house.settings, house.first, asked, tmp_path)
    with zipfile.ZipFile(made.path) as bundle:
        everything = "".join(bundle.read(name).decode() for name in bundle.namelist()).lower()
    assert [needle for needle in planted.NEEDLES if needle in everything] == []


def test_an_unknown_request_and_a_folder_that_is_none_are_refused(
    house_of_nobody: House, tmp_path: Path
) -> None:
    house = house_of_nobody
    with pytest.raises(BundleRefused, match="has no request"):
        asked_by_request(house.settings, house.first, "unknown")
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(BundleRefused, match="cannot be written"):
        make_bundle(house.settings, house.first, Asked(customer=5), file / "below")
