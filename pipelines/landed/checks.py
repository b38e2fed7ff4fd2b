"""Checks of a webhook's body: everything that a model casts is looked at before it is stored.

One document that a model cannot cast would stop the build of all tenants, so such a body is put
aside with the name of the field. What no model casts is stored as it is.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from pipelines.errors import BadDocument

FIRST_YEAR, LAST_YEAR = 2000, 2100
FARTHEST_AHEAD = timedelta(days=1)
# numeric(20,4) holds sixteen digits before the point; three are kept for sums over orders and days.
MOST_MONEY = 10**13
MOST_WORTH = 5 * MOST_MONEY
MOST_UNITS = 10**9

Check = Callable[[object, str], None]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):\d\d)", re.ASCII)
_MONEY = re.compile(r"-?\d{1,13}(\.\d{1,20})?", re.ASCII)
# The names under which the models find amounts; every one of them is checked by `money`.
_AMOUNTS = frozenset(
    ("price", "total_discount", "discounted_price", "subtotal", "total_tax", "tax_amount", "amount")
)
_TOKEN = re.compile(r"[!-~]{1,255}")
_GID = re.compile(r"gid://shopify/[A-Za-z]+/(\d{1,19})", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")


def identifier(value: object, path: str) -> None:
    """A Shopify id: a whole number that fits in 64 bits."""
    if not _is_int(value) or not 0 < int(str(value)) < 2**63:
        raise BadDocument(f"{path}: {_shown(value)} is no id (a whole number below 2^63)")


def whole_number(value: object, path: str) -> None:
    """A count or a sequence number."""
    if not _is_int(value) or not -(2**31) <= int(str(value)) < 2**31:
        raise BadDocument(f"{path}: {_shown(value)} is no whole number of 32 bits")


def units(value: object, path: str) -> None:
    """How many pieces; never less than none."""
    if not _is_int(value) or not 0 <= int(str(value)) < MOST_UNITS:
        raise BadDocument(f"{path}: {_shown(value)} is no number of units")


def absent(value: object, path: str) -> None:
    """Nothing: the models read such a field of Admin documents, whose types Shopify vouches for."""
    if value is not None:
        raise BadDocument(f"{path}: a field of the Admin API has no place in a webhook")


def flag(value: object, path: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise BadDocument(f"{path}: {_shown(value)} is neither true nor false")


def text(value: object, path: str) -> None:
    """A string."""
    if not isinstance(value, str):
        raise BadDocument(f"{path}: {_shown(value)} is no text")


def token(value: object, path: str) -> None:
    """A text that a row is known by; an index holds no longer ones."""
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise BadDocument(f"{path}: {_shown(value)} is no token (1 to 255 characters of ASCII)")


def gid(value: object, path: str) -> None:
    """An id of the Admin API that ends with a number."""
    found = _GID.fullmatch(value) if isinstance(value, str) else None
    if not found or not 0 < int(found[1]) < 2**63:
        raise BadDocument(f"{path}: {_shown(value)} is no gid (gid://shopify/Thing/123)")


def currency(value: object, path: str) -> None:
    """A currency code of three capitals."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise BadDocument(f"{path}: {_shown(value)} is no currency code")


def money(value: object, path: str) -> None:
    """An amount as text, or as a number (refunds send some of theirs so)."""
    if isinstance(value, str):
        fits = bool(_MONEY.fullmatch(value))
    else:
        fits = (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and abs(value) < MOST_MONEY
        )
    if not fits:
        raise BadDocument(f"{path}: {_shown(value)} is no amount of money")


def moment(value: object, path: str) -> None:
    """A time with its zone in a year that can be."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise BadDocument(f"{path}: {_shown(value)} is no time with a zone")
    try:
        year = datetime.fromisoformat(value).astimezone(UTC).year
    except (ValueError, OverflowError):
        raise BadDocument(f"{path}: {_shown(value)} is no time that exists") from None
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise BadDocument(f"{path}: {_shown(value)} is outside {FIRST_YEAR} to {LAST_YEAR}")


def recent_moment(value: object, path: str) -> None:
    """A time that decides which version is newer: from tomorrow on it would win for ever."""
    moment(value, path)
    if datetime.fromisoformat(str(value)) > datetime.now(UTC) + FARTHEST_AHEAD:
        raise BadDocument(f"{path}: {_shown(value)} is more than a day ahead")


def optional(check: Check) -> Check:
    """The same check, for a field that may be null or absent."""

    def checked(value: object, path: str) -> None:
        if value is not None:
            check(value, path)

    return checked


def every(names: str, check: Check) -> dict[str, Check]:
    """The same check for each of the names, which stand in one text."""
    return dict.fromkeys(names.split(), check)


def fields(checks: Mapping[str, Check]) -> Check:
    """An object whose named fields pass their checks; an absent field counts as null."""

    def checked(value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise BadDocument(f"{path or 'the body'}: {_shown(value)} is no object")
        for name, check in checks.items():
            check(value.get(name), f"{path}.{name}" if path else name)

    return checked


def each(check: Check, *, once: bool = False) -> Check:
    """A list whose items all pass a check, with `once` none of one id twice; null is empty."""

    def checked(value: object, path: str) -> None:
        if value is None:
            return
        if not isinstance(value, list):
            raise BadDocument(f"{path}: {_shown(value)} is no list")
        for position, item in enumerate(value):
            check(item, f"{path}[{position}]")
        ids = [item["id"] for item in value if item.get("id") is not None] if once else []
        if len(set(ids)) < len(ids):
            raise BadDocument(f"{path}: an id stands there twice")

    return checked


def affordable(names: tuple[str, ...]) -> Check:
    """The amounts in these lists, each as often as there are units: no figure can grow beyond."""

    def checked(value: object, path: str) -> None:
        found = sum(_worth(value.get(name)) for name in names) if isinstance(value, dict) else 0
        if found >= MOST_WORTH:
            raise BadDocument(f"{path or names[0]}: amounts that no sum could hold")

    return checked


def both(first: Check, second: Check) -> Check:
    """Two checks, one after the other."""

    def checked(value: object, path: str) -> None:
        first(value, path)
        second(value, path)

    return checked


def _worth(value: object, *, times: int = 1) -> float:
    if isinstance(value, list):
        return sum(_worth(item, times=times) for item in value)
    if not isinstance(value, dict):
        return 0.0
    own = value.get("quantity")
    times = max(1, own) if isinstance(own, int) else times
    return sum(
        times * _size(item) if name in _AMOUNTS else _worth(item, times=times)
        for name, item in value.items()
    )


def _size(value: object) -> float:
    is_amount = isinstance(value, int | float) or (
        isinstance(value, str) and _MONEY.fullmatch(value)
    )
    return abs(float(str(value))) if is_amount and not isinstance(value, bool) else 0.0


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """A value without its contents where those could be personal: objects and long texts."""
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value)[:60]
