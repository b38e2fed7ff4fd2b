"""The short way of a delivery: from the front of every request straight to the landing.

What lies between (gate, router, the framework's own layers) does nothing for a delivery, which
guards itself, and would cost it more CPU than the landing does.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.handlers import http_error
from api.webhooks import PATH
from api.webhooks.route import WebhookEndpoint


class Express:
    """Hands deliveries to the landing, and all else to the app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._landing = WebhookEndpoint()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            await self._landing(scope, receive, send)
        except HTTPException as error:
            answer = http_error(Request(scope), error)
            await answer(scope, receive, send)
