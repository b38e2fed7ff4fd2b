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


def insert(settings: Settings, *webhook_ids: str) -> int:
    """How many of the events were stored."""

    async def run() -> int:
        connection = await asyncpg.connect(dsn(settings, Role.LANDING))
        try:
            row = await connection.fetchrow(INSERT_EVENTS, *columns(*webhook_ids))
            return int(row["stored"])
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
    assert insert(settings, "a", "b", "a") == 2
    assert insert(settings, "b", "c") == 1
    with connect(settings, Role.LOADER) as connection:
        assert connection.execute(UNCLAIMED).fetchall() == [(3,)]
        ((body, headers),) = connection.execute(
            "select distinct body, headers from landing.webhook_events"
        ).fetchall()
    assert bytes(body) == b"\x00 any bytes \xff"  # type: ignore[arg-type]
    assert headers == {"X-Shopify-Topic": "orders/create"}


def test_what_comes_again_is_counted_beside_the_event(settings: Settings) -> None:
    tenant(settings)
    for batch in (["a", "b", "a"], ["c"], ["b", "c", "c", "d"], ["c"]):
        insert(settings, *batch)
    again = "select webhook_id, times from landing.redeliveries order by 1"
    with connect(settings, Role.LOADER) as connection:
        assert connection.execute(again).fetchall() == [("a", 1), ("b", 1), ("c", 3)]
    with connect(settings, Role.OWNER) as owner:
        owner.execute("delete from landing.webhook_events where webhook_id = 'c'")
        assert owner.execute(again).fetchall() == [("a", 1), ("b", 1)]


def test_committers_that_meet_the_same_redeliveries_do_not_block_each_other(
    settings: Settings,
) -> None:
    tenant(settings)
    names = [f"event {number}" for number in range(100)]
    insert(settings, *names)

    async def run() -> None:
        dsns = [dsn(settings, Role.LANDING)] * 4
        connections = [await asyncpg.connect(one) for one in dsns]
        try:
            for turn in range(20):
                order = names if turn % 2 else names[::-1]
                mixed = [order, order[::-1], order, order[::-1]]
                await asyncio.gather(
                    *(
                        connection.fetchrow(INSERT_EVENTS, *columns(*one))
                        for connection, one in zip(connections, mixed, strict=True)
                    )
                )
        finally:
            for connection in connections:
                await connection.close()

    asyncio.run(run())
    with connect(settings, Role.LOADER) as connection:
        found = connection.execute("select distinct times from landing.redeliveries").fetchall()
    assert found == [(80,)]


def test_texts_that_postgres_refuses_are_named_in_their_place(settings: Settings) -> None:
    with connect(settings, Role.LOADER) as connection:
        found = jsonb_errors(connection, ["{}", '{"a": "\\u0000"}', '{"a": 1e-20000}', "["])
        assert jsonb_errors(connection, []) == []
    assert found[0] is None
    assert "Unicode" in str(found[1])
    assert "overflows" in str(found[2])
    assert found[3] is not None
