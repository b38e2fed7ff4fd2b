"""Shopify's token endpoint for the app."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.errors import UnknownShop
from sandbox.platform.app import Platform
from sandbox.platform.grants import grant


def token_route(platform: Platform) -> Route:
    """POST /{shop}/admin/oauth/access_token."""

    async def handle(request: Request) -> Response:
        try:
            installation = platform.at(request.path_params["shop"])
        except UnknownShop:
            return _json(404, {"errors": "Not Found"})
        return _json(*grant(installation, await _asked(request)))

    return Route("/{shop}/admin/oauth/access_token", handle, methods=["POST"])


async def _asked(request: Request) -> Mapping[str, object]:
    """A JSON object, or the fields of a form; anything else asks for nothing."""
    if "json" in request.headers.get("content-type", ""):
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return {}
        return body if isinstance(body, dict) else {}
    words = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(words, keep_blank_values=True))


def _json(status: int, body: Mapping[str, object]) -> Response:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")
