"""JSON as the contract wants it: money exact to the cent, times in UTC with a Z, dates as days.

A ``Decimal`` is money wherever it stands. It is written as its own digits and never passes through
a binary float, which is exact only up to fifteen of them.
"""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from hashlib import blake2b

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

CENT = Decimal("0.01")
# numeric(20,4) sums stay far below this; the default context of 28 digits would not do for all.
EXACT = Context(prec=60)


def encode(document: object) -> bytes:
    """A document as JSON bytes."""
    return orjson.dumps(document, default=_encode_value, option=orjson.OPT_PASSTHROUGH_DATETIME)


def money(amount: Decimal) -> str:
    """An amount with two decimals, more only where a currency has them (KWD: three)."""
    cents = amount.quantize(CENT, ROUND_HALF_UP, EXACT)
    if cents == amount:
        return f"{cents if cents else cents.copy_abs():f}"
    return f"{amount.normalize(EXACT):f}"


def instant(moment: datetime) -> str:
    """A time in UTC, such as ``2026-03-01T09:30:00Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encode_value(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(money(value).encode())
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


class JsonAnswer(Response):
    """An answer of this API, encoded once."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """The body; bytes are an answer that was encoded before."""
        return content if isinstance(content, bytes) else encode(content)


# It may be kept, but never shown again without asking.
KEPT_BY_WHO_ASKED = {"Cache-Control": "private, no-cache", "Vary": "Accept"}


class KeptAnswer(JsonAnswer):
    """An answer that is kept, here and by who asked: 304 when the caller has it already."""

    def __init__(self, body: bytes, *, was_kept: bool) -> None:
        self._etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
        headers = {
            "X-Cache": "HIT" if was_kept else "MISS",
            "ETag": self._etag,
            **KEPT_BY_WHO_ASKED,
        }
        super().__init__(body, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it whole, or only say that it has not changed."""
        if is_known(scope, self._etag):
            await say_unchanged(self, send)
        else:
            await super().__call__(scope, receive, send)


def is_known(scope: Scope, etag: str) -> bool:
    """Whether the caller has an answer of this tag; weak and strong ones are alike (RFC 9110)."""
    given = [value for name, value in scope["headers"] if name == b"if-none-match"]
    if not given:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in b",".join(given).decode("latin-1").split(",")}
    return not tags.isdisjoint({etag.removeprefix("W/"), "*"})


async def say_unchanged(answer: Response, send: Send) -> None:
    """A 304 with the headers that the whole answer would have had."""
    left_out = (b"content-length", b"content-type", b"content-disposition")
    headers = [header for header in answer.raw_headers if header[0] not in left_out]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
