"""A webhook endpoint on loopback that checks signatures and can refuse for a while."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Endpoint:
    """What an app's own server does with webhooks."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self.secrets = secrets
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.refuse = 0
        self.refused = 0
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(endpoint.status(dict(self.headers.items()), body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def status(self, headers: dict[str, str], body: bytes) -> int:
        """The answer to one delivery."""
        if self.refuse:
            self.refuse -= 1
            self.refused += 1
            return 503
        secret = self.secrets[headers["X-Shopify-Shop-Domain"]]
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        if headers["X-Shopify-Hmac-Sha256"] != base64.b64encode(digest).decode():
            return 401
        self.received.append((headers, body))
        return 200

    def topics(self) -> list[str]:
        """The topics of what was taken."""
        return [headers["X-Shopify-Topic"] for headers, _ in self.received]


@contextmanager
def listening(shops: list[dict[str, str]]) -> Iterator[Endpoint]:
    """An endpoint that knows the secrets of these shops."""
    made = Endpoint({shop["shopDomain"]: shop["webhookSecret"] for shop in shops})
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        made.thread.join()
