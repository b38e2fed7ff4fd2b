"""Connections: windows over lists of documents or references, with Shopify's refusals."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError

Resolve = Callable[[Any], Any]


def bad_request(message: str) -> GraphQLError:
    """An argument that Shopify refuses at run time."""
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def connection(
    items: Sequence[Any],
    args: dict[str, Any],
    resolve: Resolve,
    key: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """One page of a list. With a `key`, a cursor survives changes of the list around it."""
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise bad_request("you must provide one of first or last")
    if first is not None and last is not None:
        raise bad_request("providing both first and last is not supported")
    found = list(items)[::-1] if args.get("reverse") else list(items)
    keys = [json.dumps(key(item), default=str) if key else str(i) for i, item in enumerate(found)]
    begin = _position(keys, args.get("after"), 1) if args.get("after") else 0
    end = _position(keys, args.get("before"), 0) if args.get("before") else len(found)
    low = begin if first is not None else max(begin, end - int(last or 0))
    high = min(end, begin + int(first)) if first is not None else end
    window = [(_cursor(keys[i]), resolve(found[i])) for i in range(low, high)]
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


def _cursor(key: str) -> str:
    return base64.b64encode(json.dumps({"last_value": key}).encode()).decode()


def _position(keys: list[str], cursor: object, beyond: int) -> int:
    """Where a cursor stands; one whose item has moved away is refused, never guessed."""
    try:
        key = json.loads(base64.b64decode(str(cursor)))["last_value"]
        return keys.index(key) + beyond
    except (ValueError, KeyError, TypeError):
        raise bad_request("Invalid cursor for current pagination sort.") from None
