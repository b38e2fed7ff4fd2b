"""The HTTP surface: Shopify's GraphQL endpoint and bulk files, the control surface beside."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
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
from sandbox.platform.routes import token_route
from sandbox.state.shop import Shop
from sandbox.world import World

_UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"

_EXPIRED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


class _Counter:
    """One shop's reading desk."""

    def __init__(self, world: World, shop: Shop, control: Control, faults: Faults) -> None:
        self.shop = shop
        self.installation = control.platform.at(shop.profile.domain)
        self.library = Library(shop, world.moment)
        self.bulk = BulkDesk(faults, control.tell)


class ShopifySurface:
    """What an app sees of the shops."""

    def __init__(self, world: World, control: Control, faults: Faults) -> None:
        self._world = world
        self._platform = control.platform
        self._faults = faults
        self._counters = {
            domain: _Counter(world, shop, control, faults) for domain, shop in world.shops.items()
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
            return self._answer({"errors": "Not Found"}, 404)
        given = request.headers.get("x-shopify-access-token")
        if not counter.installation.tokens.is_valid(given):
            return self._answer({"errors": _UNAUTHORIZED}, 401)
        try:
            payload = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return self._answer({"errors": "Bad Request: the body is not JSON"}, 400)
        base_url = str(request.base_url).rstrip("/")
        context = Context(
            self._world,
            counter.shop,
            counter.library,
            counter.bulk,
            counter.installation,
            base_url,
            self._faults.drift,
        )
        return self._answer(await run_in_threadpool(run, context, payload))

    async def bulk_file(self, request: Request) -> Response:
        """A finished operation's rows. The address is the secret, as with Shopify's signed one."""
        counter = self._counters.get(request.path_params["shop"])
        name = re.fullmatch(r"(\d{1,19})\.jsonl", request.path_params["name"])
        operation = counter.bulk.operations.get(int(name[1])) if counter and name else None
        file = operation.file if operation else None
        if operation is None or file is None:
            return Response(status_code=404)
        if operation.is_expired:
            return Response(_EXPIRED, status_code=403, media_type="application/xml")
        if broken := self._faults.broken_download(request.path_params["shop"]):
            size = {"Content-Length": str(len(file))}
            half = self._half(file, silent=broken == "stall")
            return StreamingResponse(half, headers=size, media_type="application/jsonl")
        return Response(file, media_type="application/jsonl")

    async def _half(self, file: bytes, *, silent: bool) -> AsyncIterator[bytes]:
        """The first half of a file that was promised whole; nothing comes after it."""
        yield file[: len(file) // 2]
        while silent and self._faults.silent:
            await anyio.sleep(0.02)

    def _answer(self, body: dict[str, Any], status: int = 200) -> Response:
        return Response(
            self._faults.drift.rewritten(orjson.dumps(body)),
            status_code=status,
            media_type="application/json",
            headers={"X-Shopify-API-Version": self._platform.served},
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
        routes=[
            *control_routes(control),
            token_route(control.platform),
            *ShopifySurface(world, control, faults).routes(),
        ],
        lifespan=lifespan,
    )
    app.state.control = control
    return app
