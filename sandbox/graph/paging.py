"""Connections: windows over lists of documents or references, with Shopify's refusals.

A cursor holds the place (sort value and id), not a position: pages go on where they were even
when the item under the cursor has moved or gone in the meantime.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError

Resolve = Callable[[Any], Any]
Place = list[Any]


def bad_request(message: str) -> GraphQLError:
    """An argument that Shopify refuses at run time."""
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def connection(
    items: Sequence[Any],
    args: dict[str, Any],
    resolve: Resolve,
    place: Callable[[Any], Place] | None = None,
) -> dict[str, Any]:
    """One page of a list that is sorted by `place`; without one, by position."""
    first, last = _window(args)
    places = [_plain(place(item)) if place else [at] for at, item in enumerate(items)]
    found = list(zip(places, items, strict=True))
    backward = bool(args.get("reverse"))
    if backward:
        found.reverse()
    begin = _passed(found, args.get("after"), backward=backward, inclusive=True)
    end = _passed(found, args.get("before"), backward=backward, inclusive=False, none=len(found))
    low = begin if first is not None else max(begin, end - (last or 0))
    high = end if first is None else min(end, begin + first)
    window = [(_cursor(key), resolve(item)) for key, item in found[low:high]]
    return {
        "edges": [{"cursor": cursor, "node": node} for cursor, node in window],
        "nodes": [node for _, node in window],
        "pageInfo": {
            "hasNextPage": high < len(found),
            "hasPreviousPage": low > 0,
            "startCursor": window[0][0] if window else None,
            "endCursor": window[-1][0] if window else None,
        },
    }


def _window(args: dict[str, Any]) -> tuple[int | None, int | None]:
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise bad_request("you must provide one of first or last")
    if first is not None and last is not None:
        raise bad_request("providing both first and last is not supported")
    if (first or 0) < 0 or (last or 0) < 0:
        raise bad_request("first and last must not be negative")
    return first, last


def _plain(place: Place) -> Place:
    """A place as JSON keeps it; times in one zone and form sort as text."""
    kept: Place = json.loads(json.dumps(place, default=str))
    return kept


def _cursor(place: Place) -> str:
    return base64.b64encode(json.dumps({"place": place}).encode()).decode()


def _passed(
    found: list[tuple[Place, Any]],
    cursor: object,
    *,
    backward: bool,
    inclusive: bool,
    none: int = 0,
) -> int:
    """How many items lie before a cursor, with or without one that lies right on it."""
    if not cursor:
        return none
    try:
        at = json.loads(base64.b64decode(str(cursor)))["place"]
        before = [key > at if backward else key < at for key, _ in found]
    except (ValueError, KeyError, TypeError):
        raise bad_request("Invalid cursor for current pagination sort.") from None
    on_it = inclusive and any(key == at for key, _ in found)
    return before.count(True) + int(on_it)
