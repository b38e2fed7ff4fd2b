"""JSON as the contract wants it: money exact to the cent, times in UTC with a Z, dates as days.

A ``Decimal`` is money wherever it stands. It is written as its own digits and never passes through
a binary float, which is exact only up to fifteen of them.
"""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

import orjson
from starlette.responses import Response

CENT = Decimal("0.01")
# numeric(20,4) sums stay far below this; the default context of 28 digits would not do for all.
DIGITS = 60


def encode(document: object) -> bytes:
    """A document as JSON bytes."""
    return orjson.dumps(document, default=_encode_value, option=orjson.OPT_PASSTHROUGH_DATETIME)


def money(amount: Decimal) -> str:
    """An amount with two decimals, more only where a currency has them (KWD: three)."""
    with localcontext(prec=DIGITS):
        cents = amount.quantize(CENT, rounding=ROUND_HALF_UP)
        if cents == amount:
            return f"{cents if cents else abs(cents):f}"
        return f"{amount.normalize():f}"


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
