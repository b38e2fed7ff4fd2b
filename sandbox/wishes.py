"""Reads what is posted to the control surface: one function for each sort of value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime

from sandbox.errors import BadParameter

Wishes = Mapping[str, object]
_LARGEST = 2**63 - 1
_DIGITS = re.compile(r"-?[0-9]{1,19}")


def whole(wishes: Wishes, name: str, default: int, *, low: int = 0, high: int = _LARGEST) -> int:
    """A whole number; text of digits will do, since ids travel as text."""
    value = wishes.get(name, default)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise BadParameter(f"{name} is {value!r}; give a whole number from {low} to {high}.")


def number(wishes: Wishes, name: str, default: float, *, low: float, high: float) -> float:
    """A number within bounds."""
    value = wishes.get(name, default)
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, int | float) and plain and math.isfinite(value) and low <= value <= high:
        return float(value)
    raise BadParameter(f"{name} is {value!r}; give a number from {low:g} to {high:g}.")


def truth_value(wishes: Wishes, name: str, default: bool) -> bool:
    """True or false."""
    value = wishes.get(name, default)
    if isinstance(value, bool):
        return value
    raise BadParameter(f"{name} is {value!r}; give true or false.")


def text(wishes: Wishes, name: str) -> str | None:
    """Some words, or null."""
    value = wishes.get(name)
    if value is None or isinstance(value, str):
        return value
    raise BadParameter(f"{name} is {value!r}; give text or null.")


def moment(wishes: Wishes, name: str, default: datetime) -> datetime:
    """A time with its zone."""
    value = wishes.get(name)
    if value is None:
        return default
    try:
        # A plus sign that nobody has escaped reaches us as a space.
        at = datetime.fromisoformat(str(value).replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadParameter(f"{name} is {value!r}; give a time as 2026-11-01T12:00:00Z.")
    return at


def only(wishes: Wishes, known: tuple[str, ...]) -> None:
    """Refuse names that mean nothing, before a misspelt wish is silently ignored."""
    unknown = sorted(wishes.keys() - set(known))
    if unknown:
        raise BadParameter(f"Unknown: {', '.join(unknown)}; give {', '.join(known)}.")
