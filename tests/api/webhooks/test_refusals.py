"""What is not taken is counted by cause and shop, with a sample of headers and never a body."""

import asyncio
from typing import Any

import httpx
import pytest

from api.errors import BadSignature, NotFound
from api.pool import Pool
from api.webhooks.refusals import MOST_SHOPS, Refusals
from tests.api.shops import LANDING, SECRET, Shop, add_shop, rows, serving, sign
from warehouse.connections import Role, connect, dsn
from warehouse.refusals import OTHERS, ROWS_OF_A_DAY, forget_refusals, list_refusals
from warehouse.settings import Settings

BODY = b'{"email": "ada@example.com"}'
NOBODY = "nobody.myshopify.com"


def refusals(settings: Settings) -> dict[tuple[str, str], int]:
    with connect(settings, Role.CONTROL) as connection:
        found = list_refusals(connection, days=1)
    return {(one.cause, one.shop_domain): one.deliveries for one in found}


@pytest.fixture
def limited(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_webhook_bytes": 1_000, "bad_signatures_per_minute": 2})


def test_each_refused_delivery_is_counted_with_its_cause_and_its_shop(limited: Settings) -> None:
    shop = add_shop(limited, "alpine-tea")
    with serving(limited) as api:
        assert shop.deliver(api, BODY).status_code == 200
        statuses = [shop.deliver(api, BODY, Hmac_Sha256="x").status_code for _ in range(3)]
        assert statuses == [401, 401, 429]
        for _ in range(2):
            assert shop.deliver(api, BODY, Shop_Domain=NOBODY.upper()).status_code == 404
        assert shop.deliver(api, b"x" * 2_000).status_code == 413
        assert shop.deliver(api, BODY, Topic=None).status_code == 400
        assert api.post(LANDING, content=BODY).status_code == 400
    assert refusals(limited) == {
        ("bad signature", shop.domain): 3,
        ("unknown shop", NOBODY): 2,
        ("too large", shop.domain): 1,
        ("header missing", shop.domain): 1,
        ("header missing", ""): 1,
    }


def test_the_sample_holds_headers_without_secrets_and_no_body(
    settings: Settings, shop: Shop
) -> None:
    planted = {
        "Authorization": "Bearer planted",
        "Cookie": "planted",
        "X-Shopify-Access-Token": "planted",
        "X-Forwarded-For": "192.0.2.1",
    }
    signature = sign(BODY, "another secret")
    headers = {**shop.headers(BODY, Hmac_Sha256=signature), **planted}
    with serving(settings) as api:
        assert api.post(LANDING, content=BODY, headers=headers).status_code == 401
    ((sample,),) = rows(settings, "select sample from landing.refusals")
    told: dict[str, Any] = sample  # type: ignore[assignment]
    assert told["x-shopify-topic"] == "orders/updated"
    assert told["user-agent"].startswith("python-httpx")
    ((everything,),) = rows(settings, "select to_jsonb(r)::text from landing.refusals as r")
    for secret in ("planted", "192.0.2.1", signature, SECRET, "ada@example.com"):
        assert secret not in str(everything)


def test_a_flood_of_made_up_shops_costs_a_bounded_memory_and_few_rows(settings: Settings) -> None:
    async def flood() -> None:
        pool = Pool(dsn(settings, Role.LANDING), name="refusals", size=1, seconds=5)
        await pool.open()
        counted = Refusals(pool)
        for number in range(MOST_SHOPS + 50):
            headers = {"x-shopify-shop-domain": f"shop-{number}.example"}
            counted.count(NotFound("no tenant has this shop domain"), headers)
        await counted.stop()
        await pool.close()

    asyncio.run(flood())
    counted = refusals(settings)
    assert len(counted) == MOST_SHOPS + 1
    assert counted["unknown shop", OTHERS] == 50


def test_what_could_not_be_written_is_written_later(settings: Settings) -> None:
    async def write_twice() -> None:
        pool = Pool(dsn(settings, Role.LANDING), name="refusals", size=1, seconds=0.2)
        await pool.open()
        counted = Refusals(pool)
        counted.count(BadSignature("wrong"), {"x-shopify-shop-domain": NOBODY})
        with connect(settings, Role.OWNER) as owner:
            owner.execute("lock table landing.refusals in access exclusive mode")
            await counted.stop()
        counted.count(BadSignature("wrong"), {"x-shopify-shop-domain": NOBODY})
        await counted.stop()
        await pool.close()

    asyncio.run(write_twice())
    assert refusals(settings) == {("bad signature", NOBODY): 2}


def deliver(stranger: Shop, api: httpx.Client, domain: str) -> None:
    assert stranger.deliver(api, BODY, Shop_Domain=domain).status_code == 404


def test_a_day_that_has_its_rows_counts_further_shops_as_others(settings: Settings) -> None:
    with connect(settings, Role.OWNER) as owner:
        owner.execute(
            "insert into landing.refusals (day, cause, shop_domain, deliveries)"
            " select (now() at time zone 'UTC')::date, 'unknown shop', 'shop-' || n, 1"
            " from generate_series(1, %s) as n",
            [ROWS_OF_A_DAY],
        )
    stranger = Shop(1, NOBODY)
    with serving(settings) as api:
        for domain in ("shop-7", "further.example", "others.example"):
            deliver(stranger, api, domain)
    counted = refusals(settings)
    assert len(counted) == ROWS_OF_A_DAY + 1
    assert (counted["unknown shop", "shop-7"], counted["unknown shop", OTHERS]) == (2, 2)


def test_refusals_of_old_days_are_forgotten(settings: Settings) -> None:
    with connect(settings, Role.OWNER) as owner:
        owner.execute(
            "insert into landing.refusals (day, cause, shop_domain, deliveries) values"
            " (current_date, 'bad signature', 'a', 1), (current_date - 40, 'bad signature', 'a', 1)"
        )
        assert forget_refusals(owner, days=30) == 1
    assert list(refusals(settings).values()) == [1]
