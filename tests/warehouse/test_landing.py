"""The landing table: the API's insert, and the texts that Postgres refuses."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg

from warehouse.connections import Role, connect, dsn
from warehouse.landing import INSERT_EVENTS, jsonb_errors
from warehouse.settings import Settings

AT = datetime(2026, 3, 1, tzinfo=UTC)
UNCLAIMED = "select count(*) from landing.webhook_events where load_batch is null"


def columns(*webhook_ids: str) -> list[list[Any]]:
    """The arrays of an insert for the one tenant."""
    count = len(webhook_ids)
    return [
        [1] * count,
        list(webhook_ids),
        [None] * count,
        ["orders/create"] * count,
        ["first.myshopify.com"] * count,
        ["2026-10"] * count,
        [AT] * count,
        ['{"X-Shopify-Topic": "orders/create"}'] * count,
        [b"\x00 any bytes \xff"] * count,
    ]


def insert(settings: Settings, *webhook_ids: str) -> str:
    async def run() -> str:
        connection = await asyncpg.connect(dsn(settings, Role.LANDING))
        try:
            return str(await connection.execute(INSERT_EVENTS, *columns(*webhook_ids)))
        finally:
            await connection.close()

    return asyncio.run(run())


def tenant(settings: Settings) -> None:
    with connect(settings, Role.OWNER) as connection:
        connection.execute(
            "insert into control.tenants (name, shop_domain) values ('a', 'first.myshopify.com')"
        )


def test_an_event_lands_once_however_often_it_is_delivered(settings: Settings) -> None:
    tenant(settings)
    assert insert(settings, "a", "b", "a") == "INSERT 0 2"
    assert insert(settings, "b", "c") == "INSERT 0 1"
    with connect(settings, Role.LOADER) as connection:
        assert connection.execute(UNCLAIMED).fetchall() == [(3,)]
        ((body, headers),) = connection.execute(
            "select distinct body, headers from landing.webhook_events"
        ).fetchall()
    assert bytes(body) == b"\x00 any bytes \xff"  # type: ignore[arg-type]
    assert headers == {"X-Shopify-Topic": "orders/create"}


def test_texts_that_postgres_refuses_are_named_in_their_place(settings: Settings) -> None:
    with connect(settings, Role.LOADER) as connection:
        found = jsonb_errors(connection, ["{}", '{"a": "\\u0000"}', '{"a": 1e-20000}', "["])
        assert jsonb_errors(connection, []) == []
    assert found[0] is None
    assert "Unicode" in str(found[1])
    assert "overflows" in str(found[2])
    assert found[3] is not None
