"""Values that would stop the models of all tenants fail the sync of their own shop instead."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.assembly import assemble
from pipelines.errors import BulkIncomplete, OddDocument
from pipelines.resources import INVENTORY_LEVELS, ORDERS, PRODUCTS, Resource
from pipelines.shopify.bulk import BulkFile

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
Line = dict[str, Any]
ORDER = "gid://shopify/Order/1"
ITEM = "gid://shopify/InventoryItem/5"


def found(path: Path, resource: Resource, *lines: Line) -> list[Line]:
    """The documents of a file with these lines."""
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    roots = sum("__parentId" not in line for line in lines)
    with closing(assemble(BulkFile(path, len(lines), roots), resource)) as assembly:
        batches = assembly.batches(tenant_id=3, read_began=BEGAN)
        return [row for batch in batches for row in batch.to_pylist()]


def order(**fields: object) -> Line:
    return {"id": ORDER, "updatedAt": "2026-02-01T00:00:00Z", "refunds": [], **fields}


def total(amount: object) -> Line:
    return {"totalPriceSet": {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}}


def level(**fields: object) -> Line:
    return {
        "id": "gid://shopify/InventoryLevel/9?inventory_item_id=5",
        "updatedAt": "2026-02-01T00:00:00Z",
        "location": {"id": "gid://shopify/Location/7"},
        "quantities": [{"name": "available", "quantity": -3}],
        "__parentId": ITEM,
        **fields,
    }


@pytest.mark.parametrize("amount", ["0", "12.5", "-12.50", "9999999999999.0000", "604214.45", None])
def test_amounts_that_shopify_writes_pass(tmp_path: Path, amount: str | None) -> None:
    assert len(found(tmp_path / "x", ORDERS, order(**total(amount)))) == 1


@pytest.mark.parametrize(
    "amount", ["", "-", "12,50", "1.", "12.50 EUR", "1e3", "NaN", "10000000000000", True, [1]]
)
def test_an_amount_that_is_no_money_is_named_with_its_order(tmp_path: Path, amount: object) -> None:
    with pytest.raises(OddDocument, match="1 rows of the exported orders hold an amount") as odd:
        found(tmp_path / "x", ORDERS, order(**total(amount)))
    assert ORDER in str(odd.value)
    assert "the others are not touched" in str(odd.value.hint)


@pytest.mark.parametrize("moment", ["2026-02-01T10:00:00Z", "2016-02-29T10:00:00.123+14:00", None])
def test_times_that_shopify_writes_pass(tmp_path: Path, moment: str | None) -> None:
    assert len(found(tmp_path / "x", ORDERS, order(processedAt=moment))) == 1


@pytest.mark.parametrize(
    "moment",
    [
        "soon",
        "2026-02-30T10:00:00Z",
        "2026-02-01T10:00:00",
        "2026-02-01",
        "9999-01-01T00:00:00Z",
        7,
    ],
)
def test_a_time_that_is_none_is_an_error_wherever_it_stands(tmp_path: Path, moment: object) -> None:
    refund = {"id": "gid://shopify/Refund/1", "createdAt": moment}
    for fields in ({"processedAt": moment}, {"refunds": [refund]}):
        with pytest.raises(OddDocument, match="a time that does not exist"):
            found(tmp_path / "x", ORDERS, order(**fields))


@pytest.mark.parametrize("ahead", [timedelta(hours=20), timedelta(days=2)])
def test_a_version_from_the_future_would_win_for_ever(tmp_path: Path, ahead: timedelta) -> None:
    stated = (datetime.now(UTC) + ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
    if ahead < timedelta(days=1):
        assert found(tmp_path / "x", ORDERS, order(updatedAt=stated))
        return
    with pytest.raises(BulkIncomplete, match="1 orders have no usable updatedAt"):
        found(tmp_path / "x", ORDERS, order(updatedAt=stated))


@pytest.mark.parametrize("quantity", [1.5, "3", 99_999_999_999, True])
def test_a_quantity_that_is_no_whole_number_is_an_error(tmp_path: Path, quantity: object) -> None:
    line = {"id": "gid://shopify/LineItem/1", "quantity": quantity, "__parentId": ORDER}
    with pytest.raises(OddDocument, match="a quantity that is no whole number"):
        found(tmp_path / "x", ORDERS, order(), line)


@pytest.mark.parametrize("price", ["free", "", "12,50"])
def test_the_price_of_a_variant_is_money_too(tmp_path: Path, price: str) -> None:
    product = {"id": "gid://shopify/Product/1", "updatedAt": "2026-02-01T00:00:00Z"}
    variant = {"id": "gid://shopify/ProductVariant/2", "price": price, "__parentId": product["id"]}
    with pytest.raises(OddDocument, match="rows of the exported products hold an amount"):
        found(tmp_path / "x", PRODUCTS, product, variant)


def test_text_of_people_that_looks_like_a_bad_field_is_left_alone(tmp_path: Path) -> None:
    note = 'say "amount":"much" or "createdAt":"soon", {"quantity":many}'
    (row,) = found(tmp_path / "x", ORDERS, order(note=note))
    assert orjson.loads(row["payload"])["note"] == note


def test_a_level_is_a_document_that_names_its_item_and_location(tmp_path: Path) -> None:
    item = {"id": ITEM, "updatedAt": "2020-02-01T00:00:00Z"}
    (row,) = found(tmp_path / "x", INVENTORY_LEVELS, level(), item)
    payload = orjson.loads(row.pop("payload"))
    assert row == {
        "tenant_id": 3,
        "id": "5:7",
        "origin": "admin",
        "updated_at": datetime(2026, 2, 1, tzinfo=UTC),
        "triggered_at": BEGAN,
        "parent_id": "5",
    }
    assert (payload["inventoryItemId"], payload["locationId"]) == (5, 7)
    assert payload["quantities"] == [{"name": "available", "quantity": -3}]


def test_an_item_without_levels_is_no_document(tmp_path: Path) -> None:
    item = {"id": ITEM, "updatedAt": "2020-02-01T00:00:00Z"}
    assert found(tmp_path / "x", INVENTORY_LEVELS, item) == []


@pytest.mark.parametrize("location", [None, {"id": None}, {"id": "gid://shopify/Location/x"}])
def test_a_level_of_no_known_location_is_an_error(tmp_path: Path, location: object) -> None:
    item = {"id": ITEM, "updatedAt": "2020-02-01T00:00:00Z"}
    with pytest.raises(BulkIncomplete, match="1 inventory_levels have no usable id"):
        found(tmp_path / "x", INVENTORY_LEVELS, level(location=location), item)
