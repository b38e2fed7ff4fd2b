"""The HTTP surface: Shopify's GraphQL endpoint and bulk files, the control surface beside."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.bulk.desk import BulkDesk
from sandbox.control import Control
from sandbox.control_routes import control_routes
from sandbox.documents.library import Library
from sandbox.faults import Faults
from sandbox.graph.context import Context
from sandbox.graph.execute import run
from sandbox.graph.schema import schema
from sandbox.journal import Journal
from sandbox.state.shop import Shop
from sandbox.world import World

VERSION = "2026-10"
_UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"


class _Counter:
    """One shop's reading desk."""

    def __init__(self, world: World, shop: Shop, faults: Faults) -> None:
        self.shop = shop
        self.library = Library(shop, world.moment)
        self.bulk = BulkDesk(faults)


class ShopifySurface:
    """What an app sees of the shops."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._counters = {
            domain: _Counter(world, shop, faults) for domain, shop in world.shops.items()
        }

    def routes(self) -> list[Route]:
        """The endpoints, whose first step is the shop's domain."""
        return [
            Route("/{shop}/admin/api/{version}/graphql.json", self.graphql, methods=["POST"]),
            Route("/{shop}/_bulk/{name}", self.bulk_file, methods=["GET"]),
        ]

    async def graphql(self, request: Request) -> Response:
        """One GraphQL request; an unknown version falls to the one that is served."""
        counter = self._counters.get(request.path_params["shop"])
        if counter is None:
            return _answer({"errors": "Not Found"}, 404)
        given = request.headers.get("x-shopify-access-token")
        if given != counter.shop.profile.access_token:
            return _answer({"errors": _UNAUTHORIZED}, 401)
        try:
            payload = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return _answer({"errors": "Bad Request: the body is not JSON"}, 400)
        base_url = str(request.base_url).rstrip("/")
        context = Context(self._world, counter.shop, counter.library, counter.bulk, base_url)
        return _answer(await run_in_threadpool(run, context, payload))

    async def bulk_file(self, request: Request) -> Response:
        """A finished operation's rows. The address is the secret, as with Shopify's signed one."""
        counter = self._counters.get(request.path_params["shop"])
        name = re.fullmatch(r"(\d+)\.jsonl", request.path_params["name"])
        operation = counter.bulk.operations.get(int(name[1])) if counter and name else None
        if operation is None or operation.status != "COMPLETED":
            return Response(status_code=404)
        return Response(operation.result, media_type="application/jsonl")


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type="application/json",
        headers={"X-Shopify-API-Version": VERSION},
    )


def create_app(
    world: World, *, bulk_seconds: float = 0.3, journal: Journal | None = None
) -> Starlette:
    """The sandbox over one world."""
    # Built before the first request, so that a mistake in the subset stops the start.
    schema()
    faults = Faults(bulk_seconds=bulk_seconds)
    control = Control(world, faults, journal)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        control.close()

    app = Starlette(
        routes=[*control_routes(control), *ShopifySurface(world, faults).routes()],
        lifespan=lifespan,
    )
    app.state.control = control
    return app
