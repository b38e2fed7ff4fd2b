"""The control surface over HTTP, under /_sandbox. Not Shopify's, and only for loopback.

What each takes is told where it is done: events and truth in `control`, `webhooks` in `knobs`,
`faults` in `faults`, `drift` in `drift`, the knobs of the app (access, tokens, throttle, version,
uninstall, install, compliance, subscriptions) in the package `platform`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.control import Control
from sandbox.errors import BadParameter, NothingSuitable, SandboxError, UnknownShop

Work = Callable[[Request, dict[str, Any]], object]
_SHOP = "/_sandbox/shops/{shop}"


def control_routes(control: Control) -> list[Route]:
    """Every route is one call of the control, or of the app's installations."""
    app, notices = control.platform, control.notices
    return [
        _route("/_sandbox/shops", "GET", lambda _, __: control.shops()),
        _route(f"{_SHOP}/truth", "GET", lambda r, _: control.truth(_shop(r), r.query_params)),
        _route(f"{_SHOP}/events", "POST", lambda r, body: control.events(_shop(r), body)),
        _route(f"{_SHOP}/tamper", "POST", lambda r, body: control.tamper(_shop(r), body)),
        _route(f"{_SHOP}/access", "POST", lambda r, body: app.access(_shop(r), body)),
        _route(f"{_SHOP}/tokens", "POST", lambda r, body: app.tokens(_shop(r), body)),
        _route(f"{_SHOP}/subscriptions", "GET", lambda r, _: app.subscriptions(_shop(r))),
        _route(f"{_SHOP}/uninstall", "POST", lambda r, body: notices.uninstall(_shop(r), body)),
        _route(f"{_SHOP}/install", "POST", lambda r, body: notices.install(_shop(r), body)),
        _route(f"{_SHOP}/compliance", "POST", lambda r, body: notices.compliance(_shop(r), body)),
        _route("/_sandbox/version", "POST", lambda _, body: app.version(body)),
        _route("/_sandbox/throttle", "POST", lambda _, body: app.throttle(body)),
        _route("/_sandbox/webhooks", "POST", lambda _, body: control.webhooks(body)),
        _route("/_sandbox/webhooks/flush", "POST", lambda _, body: control.flush(body)),
        _route("/_sandbox/trickle", "POST", lambda _, body: control.trickle(body)),
        _route("/_sandbox/faults", "POST", lambda _, body: control.faults(body)),
        _route("/_sandbox/drift", "POST", lambda _, body: control.drift(body)),
    ]


def _shop(request: Request) -> str:
    return str(request.path_params["shop"])


def _route(path: str, method: str, work: Work) -> Route:
    async def handle(request: Request) -> Response:
        try:
            body = await _body(request)
            return _json(await run_in_threadpool(work, request, body))
        except SandboxError as refused:
            return _json({"error": str(refused)}, _status(refused))

    return Route(path, handle, methods=[method])


def _status(refused: SandboxError) -> int:
    match refused:
        case UnknownShop():
            return 404
        case NothingSuitable():
            return 409
        case _:
            return 400


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError:
        raise BadParameter("The body is not JSON; post an object.") from None
    if not isinstance(body, dict):
        raise BadParameter("The body is not an object; post an object.")
    return body


def _json(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")
