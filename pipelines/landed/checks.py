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
# numeric(20,4) holds sixteen digits before the point.
MOST_MONEY = 10**16

Check = Callable[[object, str], None]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):\d\d)")
_MONEY = re.compile(r"-?\d{1,16}(\.\d{1,20})?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def identifier(value: object, path: str) -> None:
    """A Shopify id: a whole number that fits in 64 bits."""
    if not _is_int(value) or not 0 < int(str(value)) < 2**63:
        raise BadDocument(f"{path}: {_shown(value)} is no id (a whole number below 2^63)")


def whole_number(value: object, path: str) -> None:
    """A count or a sequence number."""
    if not _is_int(value) or not -(2**31) <= int(str(value)) < 2**31:
        raise BadDocument(f"{path}: {_shown(value)} is no whole number of 32 bits")


def flag(value: object, path: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise BadDocument(f"{path}: {_shown(value)} is neither true nor false")


def text(value: object, path: str) -> None:
    """A string."""
    if not isinstance(value, str):
        raise BadDocument(f"{path}: {_shown(value)} is no text")


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


def fields(checks: Mapping[str, Check]) -> Check:
    """An object whose named fields pass their checks; an absent field counts as null."""

    def checked(value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise BadDocument(f"{path or 'the body'}: {_shown(value)} is no object")
        for name, check in checks.items():
            check(value.get(name), f"{path}.{name}" if path else name)

    return checked


def each(check: Check) -> Check:
    """A list whose items all pass a check; null and absent count as empty."""

    def checked(value: object, path: str) -> None:
        if value is None:
            return
        if not isinstance(value, list):
            raise BadDocument(f"{path}: {_shown(value)} is no list")
        for position, item in enumerate(value):
            check(item, f"{path}[{position}]")

    return checked


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """A value without its contents where those could be personal: objects and long texts."""
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value)[:60]
