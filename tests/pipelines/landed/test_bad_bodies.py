"""Bodies that no document can be made of: landed, put aside; their neighbours load."""

from pathlib import Path

import orjson
import pytest

from pipelines.webhooks import load_webhooks
from tests.api.shops import add_shop, rows, serving
from tests.pipelines.landed.test_shapes import order
from warehouse.settings import Settings

GOOD = orjson.dumps(order(id=1))
BAD = {
    "no JSON": b"no json at all",
    "empty": b"",
    "a NUL byte": b"\x00" + GOOD,
    "NUL bytes alone": b"\x00" * 100,
    "no UTF-8": b'{"id": 7, "note": "\xff\xfe"}',
    "half a surrogate pair": GOOD.replace(b'"USD"', b'"\\ud83d"'),
    "half a surrogate pair in a key": GOOD.replace(b'"currency"', b'"\\udc00"'),
    "cut off": GOOD[: len(GOOD) // 2],
    "too deep": b"[" * 100_000,
    "a number beyond numeric": GOOD.replace(b'"shipping_address":null', b'"x":1e-20000'),
}


@pytest.mark.parametrize("escape", [b"\\u0000", b"\\u0000\\u0000x"])
def test_an_escaped_nul_lands_as_it_is_and_loads_without_it(
    settings: Settings, tmp_path: Path, escape: bytes
) -> None:
    settings = settings.model_copy(update={"home": tmp_path})
    shop = add_shop(settings, "alpine-tea")
    body = orjson.dumps(order(id=1, note="NUL")).replace(b"NUL", b"a" + escape + b"b")
    with serving(settings) as api:
        assert shop.deliver(api, body).status_code == 200
    load_webhooks(settings)
    assert rows(settings, "select body from landing.webhook_events") == [(body,)]
    ((note,),) = rows(settings, "select payload ->> 'note' from raw.orders")
    assert note in ("ab", "axb")


def test_each_lands_as_bytes_is_put_aside_with_a_reason_and_its_neighbours_load(
    settings: Settings, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"home": tmp_path})
    shop = add_shop(settings, "alpine-tea")
    with serving(settings) as api:
        for number, (name, body) in enumerate(BAD.items(), start=1):
            assert shop.deliver(api, body, Webhook_Id=name).status_code == 200
            good = orjson.dumps(order(id=number))
            assert shop.deliver(api, good, Webhook_Id=f"good {number}").status_code == 200
    done = load_webhooks(settings)
    assert (done.quarantined, done.documents) == (len(BAD), len(BAD))
    found = rows(
        settings,
        "select webhook_id, events.body, aside.reason"
        " from landing.quarantine as aside"
        " join landing.webhook_events as events using (tenant_id, topic, webhook_id)",
    )
    assert {name: body for name, body, _ in found} == BAD
    assert all(reason for *_, reason in found)
    loaded = rows(settings, "select id from raw.orders order by id")
    assert loaded == [(number,) for number in range(1, len(BAD) + 1)]
