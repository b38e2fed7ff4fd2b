"""Who is let in: by the name that the API was called by, and by how much an address asks for.

While authentication is off, a web page in the user's browser must not reach the API under a name
that it made point here. Webhooks prove themselves by their signature and pass both checks.
"""

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import ApiError, Misdirected, TooMany, problem
from api.rates import Rates, address_of
from warehouse.settings import Settings

UNGUARDED = frozenset({"/health", "/ready"})


class Gate:
    """Refuses what comes under a foreign name or too often; ``open_paths`` guard themselves."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, rates: Rates, open_paths: frozenset[str]
    ) -> None:
        self._app = app
        self._rates = rates
        self._per_minute = settings.requests_per_minute
        self._names = own_names(settings)
        self._open = open_paths | UNGUARDED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["path"] not in self._open:
            refusal = self._misdirected(scope) or await self._too_many(scope)
            if refusal is not None:
                answer = problem(
                    refusal.status_code,
                    refusal.detail,
                    path=scope["path"],
                    headers=refusal.headers,
                )
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _misdirected(self, scope: Scope) -> ApiError | None:
        given = Headers(scope=scope).get("host", "")
        name = host_name(given)
        if not name or name in self._names or _is_loopback(name):
            return None
        return Misdirected(
            f"Host: {given[:100]} is no name of this API; call it as 127.0.0.1, or add the name "
            "to SHOPMART_ALLOWED_HOSTS"
        )

    async def _too_many(self, scope: Scope) -> ApiError | None:
        if not self._per_minute:
            return None
        address = address_of(scope)
        wait = await self._rates.take("requests", address, per_minute=self._per_minute)
        if wait is None:
            return None
        return TooMany(
            f"{address} sent more than {self._per_minute} requests in a minute; ask again in "
            f"{wait} seconds, or raise SHOPMART_REQUESTS_PER_MINUTE",
            retry_after=wait,
        )


def own_names(settings: Settings) -> frozenset[str]:
    """The names that the API may be called by, beside every address of this machine itself."""
    allowed = [name.strip().lower() for name in settings.allowed_hosts.split(",")]
    return frozenset({"localhost", settings.api_host.lower(), *filter(None, allowed)})


def host_name(given: str) -> str:
    """The name in a Host header, without its port."""
    name = given.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].rstrip(".")


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.endswith(".localhost")
