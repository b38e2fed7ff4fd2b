"""Shops, signed deliveries and a served API for the tests of this room."""

import base64
import hashlib
import hmac
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from api.server import make_server
from warehouse.connections import Role, connect
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import add_tenant

SECRET = "the webhook secret that is planted"
TOKEN = "shpat_the_token_that_is_planted"
LANDING = "/api/v1/webhook/shopify"


@dataclass(frozen=True)
class Shop:
    """A tenant made for a test."""

    tenant_id: int
    domain: str
    secret: str = SECRET

    @property
    def path(self) -> str:
        return f"/api/v1/tenants/{self.tenant_id}"

    def headers(self, body: bytes, **changes: str | None) -> dict[str, str]:
        """Shopify's headers of a delivery; a change to None leaves one out."""
        headers: dict[str, str | None] = {
            "Topic": "orders/updated",
            "Hmac-Sha256": sign(body, self.secret),
            "Shop-Domain": self.domain,
            "Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
            "Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
            "API-Version": "2026-10",
            "Triggered-At": "2026-03-31T20:15:09.123456789Z",
        }
        headers.update({name.replace("_", "-"): value for name, value in changes.items()})
        return {f"X-Shopify-{name}": value for name, value in headers.items() if value is not None}

    def deliver(self, api: httpx.Client, body: bytes, **changes: str | None) -> httpx.Response:
        return api.post(LANDING, content=body, headers=self.headers(body, **changes))


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def add_shop(settings: Settings, name: str, *, token: str | None = TOKEN) -> Shop:
    domain = f"{name}.myshopify.com"
    with connect(settings, Role.CONTROL) as connection:
        tenant = add_tenant(
            connection,
            Sealer.from_settings(settings),
            name=name.title(),
            shop_domain=domain,
            credentials=Credentials(webhook_secret=SECRET, access_token=token),
        )
    return Shop(tenant.tenant_id, domain)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the API, served by uvicorn in a thread of its own."""
    port = free_port()
    server = make_server(settings.model_copy(update={"api_port": port, "log_level": "error"}))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    limits = httpx.Limits(max_connections=200)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, limits=limits) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def rows(settings: Settings, query: str, *arguments: object) -> list[tuple[object, ...]]:
    """What the owner of the database sees."""
    with connect(settings, Role.OWNER) as connection:
        return connection.execute(query, arguments).fetchall()


def landed(settings: Settings) -> list[str]:
    """The ids of every delivery in the landing table."""
    return [
        str(found)
        for (found,) in rows(settings, "select webhook_id from landing.webhook_events order by 1")
    ]
