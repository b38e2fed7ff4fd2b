"""A relay between the sandbox and the API that keeps book of what was sent and what acknowledged.

The sandbox counts tries; which delivery was answered 200, and so must never be missing, only
someone on the way can tell.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

TARGET_SECONDS = 6.0
Key = tuple[str, str, str]


class Book:
    """Which deliveries came, which were acknowledged, and every other answer, counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.sent: set[Key] = set()
        self.acknowledged: set[Key] = set()
        self.tries = 0
        self.answers: Counter[str] = Counter()

    def note(self, key: Key, answer: str) -> None:
        """Note one try and its answer: a status, or ``no answer``."""
        with self._lock:
            self.tries += 1
            self.sent.add(key)
            self.answers[answer] += 1
            if answer == "200":
                self.acknowledged.add(key)


@contextmanager
def relaying(target: str) -> Iterator[tuple[str, Book]]:
    """Relay every delivery to the target; yields the relay's own address and its book."""
    book = Book()
    with httpx.Client(timeout=TARGET_SECONDS) as client:
        handler = type("Relay", (_Relay,), {"book": book, "client": client, "target": target})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, args=[0.1], daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", book
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Relay(BaseHTTPRequestHandler):
    book: Book
    client: httpx.Client
    target: str

    def do_POST(self) -> None:
        """Pass a delivery on, and its answer back; 503 in place of none."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower().startswith("x-shopify-") or name.lower() == "content-type"
        }
        status = self._passed_on(body, headers)
        key = tuple(
            self.headers[f"X-Shopify-{name}"] for name in ("Shop-Domain", "Topic", "Webhook-Id")
        )
        self.book.note((key[0], key[1], key[2]), str(status or "no answer"))
        self.send_response(status or 503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _passed_on(self, body: bytes, headers: dict[str, str]) -> int | None:
        try:
            return self.client.post(self.target, content=body, headers=headers).status_code
        except httpx.HTTPError:
            return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""
