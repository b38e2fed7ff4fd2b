"""A Shopify that says what a test tells it to say, one answer after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import orjson

from pipelines.shopify.client import LastingToken, ShopifyClient
from tests.pipelines.conftest import serving

VERSION = "2026-10"
COST = {
    "requestedQueryCost": 10,
    "actualQueryCost": 10,
    "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 1990, "restoreRate": 100},
}


@dataclass
class Answer:
    """One HTTP answer; `cut` ends the connection in the middle of the body."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def data(content: dict[str, Any], **extensions: object) -> Answer:
    """An answer with data, as Shopify wraps it."""
    body = {"data": content, "extensions": {"cost": COST, **extensions}}
    return Answer(body=orjson.dumps(body))


def errors(code: str, message: str, cost: dict[str, Any] | None = None) -> Answer:
    """An answer with an error in HTTP 200."""
    body = {
        "errors": [{"message": message, "extensions": {"code": code}}],
        "extensions": {"cost": cost or COST},
    }
    return Answer(body=orjson.dumps(body))


@dataclass
class Script:
    """The answers to come, the last of which repeats, and what was asked and slept so far."""

    answers: list[Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def take(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.script.asked.append({**orjson.loads(body), "headers": dict(self.headers)})
        self._say(self.script.take())

    def do_GET(self) -> None:
        self.script.paths.append(self.path)
        self.script.asked.append({"headers": dict(self.headers)})
        self._say(self.script.take())

    def _say(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in {"X-Shopify-API-Version": VERSION, **answer.headers}.items():
            self.send_header(name, value)
        length = len(answer.body) + (100 if answer.cut else 0)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = answer.cut

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def scripted(*answers: Answer) -> Iterator[tuple[ShopifyClient, Script, str]]:
    """A client of a scripted shop, the script, and the shop's address."""
    script = Script(list(answers))
    with serving(type("Handler", (_Handler,), {"script": script})) as url:
        client = ShopifyClient(
            base_url=url,
            version=VERSION,
            tokens=LastingToken("shpat_secret"),
            sleep=script.slept.append,
        )
        yield client, script, url
        client.close()
