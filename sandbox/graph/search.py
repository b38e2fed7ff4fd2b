"""Shopify's search syntax as far as a warehouse asks: terms, comparators, AND, OR, NOT, brackets.

A field that the connection does not know matches everything and leaves a warning, as Shopify does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sandbox.documents.parts import Json

Predicate = Callable[[Any], bool]
Warning_ = dict[str, str]

_TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()])
    |(?P<word>AND|OR|NOT)\b
    |(?P<minus>-)?(?P<field>[a-z_]+)\s*:\s*(?P<op>>=|<=|>|<)?\s*
      (?P<value>'[^']*'|"[^"]*"|[^\s()]+)
    |(?P<text>'[^']*'|"[^"]*"|[^\s()]+))""",
    re.VERBOSE,
)


class InvalidTimestamp(ValueError):
    """Raised when a time filter holds no time."""


@dataclass(frozen=True)
class Searchable:
    """One field of a connection: how to read it from a thing, and what its values are."""

    read: Callable[[Any], Any]
    sort: str = "text"
    accepted: tuple[str, ...] = ()


@dataclass
class Search:
    """A parsed query: which things match, and what Shopify would warn of."""

    matches: Predicate
    warnings: list[Warning_] = field(default_factory=list)


def parse_search(text: str | None, fields: Mapping[str, Searchable], now: datetime) -> Search:
    """Parse a `query:` argument against the fields that its connection knows."""
    found = Search(matches=lambda _: True)
    if text and text.strip():
        parser = _Parser([m for m in _TOKEN.finditer(text) if m.group().strip()], fields, now)
        found.matches = parser.alternatives()
        found.warnings = parser.warnings
    return found


class _Parser:
    """Recursive descent: alternatives of conjunctions of terms."""

    def __init__(
        self, tokens: list[re.Match[str]], fields: Mapping[str, Searchable], now: datetime
    ) -> None:
        self._tokens = tokens
        self._fields = fields
        self._now = now
        self._at = 0
        self.warnings: list[Warning_] = []

    def alternatives(self) -> Predicate:
        parts = [self._conjunction()]
        while self._take("OR"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else lambda thing: any(p(thing) for p in parts)

    def _conjunction(self) -> Predicate:
        parts = [self._term()]
        while self._at < len(self._tokens) and self._peek() not in ("OR", ")"):
            self._take("AND")
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else lambda thing: all(p(thing) for p in parts)

    def _term(self) -> Predicate:
        if self._at >= len(self._tokens):
            return lambda _: True
        if self._take("NOT"):
            inner = self._term()
            return lambda thing: not inner(thing)
        if self._take("("):
            inner = self.alternatives()
            self._take(")")
            return inner
        token = self._tokens[self._at]
        self._at += 1
        if token["field"] is None:
            return lambda _: True
        matches = self._comparison(token["field"], token["op"] or ":", _unquoted(token["value"]))
        return (lambda thing: not matches(thing)) if token["minus"] else matches

    def _comparison(self, name: str, op: str, value: str) -> Predicate:
        known = self._fields.get(name)
        if known is None:
            self._warn(name, "Invalid search field for this query.", "invalid_field")
            return lambda _: True
        if known.accepted and value.lower() not in known.accepted:
            self._warn(name, f"Input `{value}` is not an accepted value.", "invalid_value")
            return lambda _: False
        wanted = _wanted(known.sort, name, value, self._now)
        compare = _COMPARE[op]

        def matches(thing: Json) -> bool:
            actual = _comparable(known.sort, known.read(thing))
            return actual is not None and compare(actual, wanted)

        return matches

    def _warn(self, name: str, message: str, code: str) -> None:
        self.warnings.append({"field": name, "message": message, "code": code})

    def _peek(self) -> str:
        return self._tokens[self._at].group().strip()

    def _take(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._peek() == word:
            self._at += 1
            return True
        return False


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ":": lambda actual, wanted: (
        wanted in actual if isinstance(actual, frozenset) else bool(actual == wanted)
    ),
    ">": lambda actual, wanted: bool(actual > wanted),
    ">=": lambda actual, wanted: bool(actual >= wanted),
    "<": lambda actual, wanted: bool(actual < wanted),
    "<=": lambda actual, wanted: bool(actual <= wanted),
}


def _wanted(sort: str, name: str, value: str, now: datetime) -> Json:
    if sort == "id":
        return int(re.sub(r"\D", "", value) or 0)
    if sort in ("time", "day"):
        moment = _moment(name, value, now)
        return moment.date() if sort == "day" else moment
    return value.lower()


def _comparable(sort: str, value: Json) -> Json:
    if sort == "day" and isinstance(value, datetime):
        return value.astimezone(UTC).date()
    if sort == "text" and value is not None:
        return str(value).lower()
    return value


def _moment(name: str, value: str, now: datetime) -> datetime:
    if value == "now":
        return now
    try:
        if re.fullmatch(r"\d{4}", value):
            return datetime(int(value), 1, 1, tzinfo=UTC)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidTimestamp(f"Invalid timestamp for query filter `{name}`.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _unquoted(value: str) -> str:
    return value[1:-1] if value[0] in "'\"" else value
