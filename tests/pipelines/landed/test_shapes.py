"""Which bodies reach the models and which are put aside, with the field that is to blame."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from pipelines.errors import BadDocument
from pipelines.landed.parse import parse
from warehouse.landing import LandedEvent

NOW = datetime.now(UTC)
Change = Callable[[dict[str, Any]], object]


def order(**changes: object) -> dict[str, Any]:
    return {
        "id": 820982911946154508,
        "created_at": "2026-01-02T10:00:00-05:00",
        "updated_at": "2026-01-02T10:00:00-05:00",
        "processed_at": "2026-01-02T10:00:00-05:00",
        "currency": "USD",
        "total_price": "10.00",
        "current_total_price": "10.00",
        "line_items": [{"id": 1, "quantity": 2, "price": "5.00", "product_id": None}],
        "shipping_lines": [],
        "refunds": [],
        "customer": {"id": 115310627314723954, "created_at": None},
        "shipping_address": None,
        **changes,
    }


def landed(topic: str, body: bytes | dict[str, Any]) -> LandedEvent:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return LandedEvent(1, 1, "webhook", topic, NOW, content)


POISON: dict[str, tuple[Change, str]] = {
    "an id that is text": (lambda b: b.update(id="820982911946154508"), "id"),
    "an id of zero": (lambda b: b.update(id=0), "id"),
    "an id with a fraction": (lambda b: b.update(id=1.5), "id"),
    "an id of true": (lambda b: b.update(id=True), "id"),
    "an id above 63 bits": (lambda b: b.update(id=2**63), "id"),
    "no id": (lambda b: b.pop("id"), "id"),
    "a customer id that is text": (lambda b: b["customer"].update(id="abc"), "customer.id"),
    "a customer that is a list": (lambda b: b.update(customer=[1]), "customer"),
    "no time of change": (lambda b: b.pop("updated_at"), "updated_at"),
    "a time without a zone": (lambda b: b.update(updated_at="2026-01-02T10:00:00"), "updated_at"),
    "a bare date": (lambda b: b.update(processed_at="2026-01-02"), "processed_at"),
    "a week date": (lambda b: b.update(updated_at="2026-W01-1T00:00:00Z"), "updated_at"),
    "a day that does not exist": (
        lambda b: b.update(updated_at="2026-02-30T00:00:00Z"),
        "updated_at",
    ),
    "the year 9999": (lambda b: b.update(updated_at="9999-12-31T00:00:00Z"), "updated_at"),
    "the year 1": (lambda b: b.update(created_at="0001-01-01T00:00:00+14:00"), "created_at"),
    "a time of the day after tomorrow": (
        lambda b: b.update(updated_at=(NOW + timedelta(days=2)).isoformat(timespec="seconds")),
        "updated_at",
    ),
    "money in words": (lambda b: b.update(total_price="ten"), "total_price"),
    "money with a comma": (lambda b: b.update(total_price="1,000.00"), "total_price"),
    "money beyond numeric(20,4)": (lambda b: b.update(total_price="1" * 17), "total_price"),
    "money that is a list": (lambda b: b.update(current_total_price=[]), "current_total_price"),
    "no total": (lambda b: b.pop("total_price"), "total_price"),
    "a currency in lower case": (lambda b: b.update(currency="usd"), "currency"),
    "a set that is text": (lambda b: b.update(total_price_set="10.00"), "total_price_set"),
    "a set with a bad amount": (
        lambda b: b.update(total_price_set={"shop_money": {"amount": "x"}}),
        "total_price_set.shop_money.amount",
    ),
    "lines that are an object": (lambda b: b.update(line_items={"id": 1}), "line_items"),
    "a line that is text": (lambda b: b.update(line_items=["x"]), "line_items[0]"),
    "a line with half a piece": (
        lambda b: b["line_items"][0].update(quantity=0.5),
        "line_items[0].quantity",
    ),
    "a product id that is text": (
        lambda b: b["line_items"][0].update(product_id="7"),
        "line_items[0].product_id",
    ),
    "a tax line with a bad price": (
        lambda b: b["line_items"][0].update(tax_lines=[{"price": {}}]),
        "line_items[0].tax_lines[0].price",
    ),
    "a refund without a time": (lambda b: b.update(refunds=[{"id": 1}]), "refunds[0].created_at"),
    "a refunded line without its line": (
        lambda b: b.update(
            refunds=[
                {
                    "id": 1,
                    "created_at": "2026-01-02T10:00:00Z",
                    "refund_line_items": [{"id": 1, "quantity": 1}],
                }
            ]
        ),
        "refunds[0].refund_line_items[0].line_item_id",
    ),
    "money in the digits of another script": (
        lambda b: b.update(total_price="\uff11\uff12"),
        "total_price",
    ),
    "money that rounding carries over": (
        lambda b: b.update(total_price="9" * 16 + ".99999"),
        "total_price",
    ),
    "a line that is worth too much": (
        lambda b: b["line_items"][0].update(price="9" * 13, quantity=1000),
        "line_items",
    ),
    "units below none": (
        lambda b: b["line_items"][0].update(quantity=-1),
        "line_items[0].quantity",
    ),
    "the same line twice": (
        lambda b: b["line_items"].append(b["line_items"][0]),
        "line_items",
    ),
    "the time of an Admin document": (lambda b: b.update(createdAt="x"), "createdAt"),
    "a product of an Admin document": (
        lambda b: b["line_items"][0].update(product={"id": "x"}),
        "line_items[0].product",
    ),
    "a refunded fee in words": (
        lambda b: b.update(
            refunds=[
                {
                    "id": 1,
                    "created_at": "2026-01-02T10:00:00Z",
                    "total_additional_fees_set": {"shop_money": {"amount": "x"}},
                }
            ]
        ),
        "refunds[0].total_additional_fees_set.shop_money.amount",
    ),
    "a test flag in words": (lambda b: b.update(test="yes"), "test"),
}
NO_JSON = {
    "nothing": b"",
    "half a body": b'{"id": 1',
    "a raw NUL": b'{"id": 1, "note": "\x00"}',
    "bytes that are no UTF-8": b'{"id": 1, "note": "\xff"}',
    "a lone surrogate": b'{"id": 1, "note": "\\ud800"}',
    "a byte order mark": b'\xef\xbb\xbf{"id": 1}',
    "not a number": b'{"id": NaN}',
    "a depth beyond reason": b"[" * 2000 + b"]" * 2000,
}


@pytest.mark.parametrize("name", POISON)
def test_what_a_model_could_not_cast_is_refused_with_the_field(name: str) -> None:
    change, field = POISON[name]
    body = order()
    change(body)
    with pytest.raises(BadDocument) as refused:
        parse(landed("orders/updated", body))
    assert str(refused.value).startswith(f"{field}:")


@pytest.mark.parametrize("name", NO_JSON)
def test_what_is_no_json_is_refused(name: str) -> None:
    with pytest.raises(BadDocument, match="no JSON"):
        parse(landed("orders/create", NO_JSON[name]))


@pytest.mark.parametrize("body", [b"[]", b"7", b'"text"', b"null"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    for topic in ("orders/create", "orders/delete", "customers/update", "refunds/create"):
        with pytest.raises(BadDocument, match="no object"):
            parse(landed(topic, body))


def test_a_good_order_keeps_its_text_to_the_byte() -> None:
    body = b'{ "zz": 1.10,  ' + orjson.dumps(order())[1:]
    (parsed,) = parse(landed("orders/updated", body))
    assert parsed.document.payload == body.decode()
    assert parsed.document.id == 820982911946154508
    assert parsed.document.updated_at.isoformat() == "2026-01-02T10:00:00-05:00"


def test_a_nul_is_taken_out_and_an_escaped_backslash_before_u0000_is_not() -> None:
    note = r"a\u0000\u0000b \\u0000 \\\u0000c"
    body = orjson.dumps(order(note="NOTE")).replace(b"NOTE", note.encode())
    (parsed,) = parse(landed("orders/create", body))
    assert orjson.loads(parsed.document.payload)["note"] == "ab \\u0000 \\c"


def test_a_name_that_a_nul_hides_is_checked_as_it_will_be_stored() -> None:
    body = orjson.dumps(order())[:-1] + rb',"total_price\u0000":"ten"}'
    with pytest.raises(BadDocument, match="total_price"):
        parse(landed("orders/create", body))


def test_an_order_near_the_limit_of_money_is_good() -> None:
    line = {"id": 1, "quantity": 1, "price": "9" * 13 + ".99"}
    parse(landed("orders/create", order(total_price="9" * 13 + ".99", line_items=[line])))


def test_what_no_model_reads_puts_no_order_aside() -> None:
    parse(landed("orders/create", order(shipping_address=[], note_attributes="none")))


def test_an_order_edit_is_known_by_its_own_id_and_dated_by_its_commit() -> None:
    edit = {"id": 7, "order_id": 9, "committed_at": "2026-02-01T00:00:00Z"}
    (parsed,) = parse(landed("orders/edited", {"order_edit": edit}))
    document = parsed.document
    assert (parsed.table, document.id, document.parent_id) == ("order_edits", 7, 9)
    assert document.updated_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_deletion_becomes_a_tombstone_dated_by_its_triggering() -> None:
    (parsed,) = parse(landed("orders/delete", {"id": 7}))
    assert parsed.table == "orders"
    assert parsed.document.updated_at == NOW
    assert orjson.loads(parsed.document.payload) == {"id": 7, "deleted_at": NOW.isoformat()}
