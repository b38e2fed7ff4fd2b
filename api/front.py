"""What every request passes first: a request id, security headers, a bound on the body.

Pure ASGI, so that it costs the landing endpoint next to nothing. It is also the last resort: an
error that nobody expected becomes the one error shape, and its traceback goes to the log only.
"""

import logging
import re
import secrets
import time

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooLarge, problem
from api.telemetry.meters import Meters

LARGEST_BODY = 64_000
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
# Of these an answer may have its own.
DEFAULTS = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]

log = logging.getLogger("shopmart.api")


class Front:
    """Wraps the app; paths in ``unbounded`` bound their bodies themselves."""

    def __init__(self, app: ASGIApp, *, unbounded: frozenset[str], meters: Meters) -> None:
        self._app = app
        self._unbounded = unbounded
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # As GET, whose body the server leaves out: it keeps a scope of its own.
            scope = {**scope, "method": "GET"}
        outgoing = _Outgoing(send, _request_id(scope))
        began = time.perf_counter()
        try:
            await self._serve(scope, receive, outgoing)
        finally:
            seconds = time.perf_counter() - began
            self._meters.requested(scope, status=outgoing.status, seconds=seconds)

    async def _serve(self, scope: Scope, receive: Receive, outgoing: "_Outgoing") -> None:
        incoming = receive
        if scope["path"] not in self._unbounded:
            incoming = _bounded(receive)
        try:
            await self._app(scope, incoming, outgoing)
        except ClientDisconnect:
            return
        except Exception:
            log.exception("request %s %s failed", scope["method"], scope["path"])
            if outgoing.status is not None:
                raise
            answer = problem(
                500,
                "this is our fault; the log of the API has it under this X-Request-Id",
                path=scope["path"],
            )
            await answer(scope, receive, outgoing)


class _Outgoing:
    """Adds the headers to the first message of an answer."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message["headers"]
            named = {name for name, _ in given}
            defaults = [header for header in DEFAULTS if header[0] not in named]
            request_id = (b"x-request-id", self._request_id.encode())
            message["headers"] = [*given, *defaults, *HEADERS, request_id]
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """The caller's id when it is harmless to log, else one of ours."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = str(value, "latin-1")
            if ACCEPTABLE_ID.fullmatch(given):
                return given
    return secrets.token_hex(8)


def _bounded(receive: Receive) -> Receive:
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY:
            raise TooLarge(f"the body is above {LARGEST_BODY} bytes; nothing here needs as much")
        return message

    return bounded
