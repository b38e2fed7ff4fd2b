"""The control surface: shops with their secrets, the truth, events, webhooks, faults, tampering.

Not Shopify's, and only for loopback.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.errors import BadParameter, SandboxError, UnknownShop
from sandbox.faults import Faults
from sandbox.truth.answer import truth
from sandbox.world import World

Handler = Callable[[Request], Awaitable[Response]]


class Control:
    """What tests and the demo do to a world."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def shops(self) -> list[dict[str, Any]]:
        return [
            {
                "shopDomain": shop.profile.domain,
                "name": shop.profile.name,
                "accessToken": shop.profile.access_token,
                "webhookSecret": shop.profile.webhook_secret,
                "currency": shop.profile.currency,
                "timezone": shop.profile.timezone,
                "taxesIncluded": shop.profile.taxes_included,
                "orders": len(shop.orders),
            }
            for shop in self._world.shops.values()
        ]

    def truth(self, domain: str) -> dict[str, Any]:
        return truth(self._world.shop(domain))

    def events(self, domain: str, body: dict[str, Any]) -> dict[str, Any]:
        params = {k: v for k, v in body.items() if k not in ("kind", "count")}
        count = int(body.get("count", 1))
        facts = []
        for _ in range(count):
            facts += self._world.happen(domain, str(body.get("kind")), params)
        return {"happened": [_told(fact) for fact in facts]}

    def close(self) -> None:
        pass


def _told(fact: Any) -> dict[str, Any]:
    ids = ("order_id", "customer_id", "refund_id", "number")
    return {
        "fact": type(fact).__name__,
        "at": fact.at.isoformat(),
        **{name: getattr(fact, name) for name in ids if hasattr(fact, name)},
    }


def control_routes(control: Control) -> list[Route]:
    """The surface under /_sandbox."""

    async def shops(_: Request) -> Response:
        return _json(control.shops())

    async def truth_of(request: Request) -> Response:
        return _json(await run_in_threadpool(control.truth, request.path_params["shop"]))

    async def events(request: Request) -> Response:
        body = await _body(request)
        return _json(await run_in_threadpool(control.events, request.path_params["shop"], body))

    return [
        Route("/_sandbox/shops", _guarded(shops)),
        Route("/_sandbox/shops/{shop}/truth", _guarded(truth_of)),
        Route("/_sandbox/shops/{shop}/events", _guarded(events), methods=["POST"]),
    ]


def _guarded(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except UnknownShop as refused:
            return _json({"error": str(refused)}, 404)
        except SandboxError as refused:
            return _json({"error": str(refused)}, 400)

    return guarded


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError:
        raise BadParameter("The body is not JSON; post an object.") from None
    if not isinstance(body, dict):
        raise BadParameter("The body is not an object; post an object.")
    return body


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")
