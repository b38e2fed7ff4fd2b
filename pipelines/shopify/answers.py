"""What an answer of Shopify means: data, a refusal in Shopify's words, or a reason to try again."""

import json
from collections.abc import Mapping
from typing import Any

from pipelines.errors import AccessDenied, QueryRefused, QueryTooCostly, ShopifyError

LONGEST_WORDS = 500


class TryAgain(Exception):
    """A passing fault: the same request may succeed."""


class Throttled(TryAgain):
    """The bucket is empty; ``wait`` is known, or follows from ``cost``."""

    def __init__(self, words: str, *, wait: float | None, cost: Mapping[str, Any]) -> None:
        super().__init__(words)
        self.wait = wait
        self.cost = cost


def data_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an answer without errors and warnings; raises what is wrong with it."""
    extensions = body.get("extensions") or {}
    errors = body.get("errors")
    if errors:
        _raise_for(errors, extensions.get("cost") or {})
    warnings = [
        warning.get("message", str(warning))
        for search in extensions.get("search") or []
        for warning in search.get("warnings") or []
    ]
    if warnings:
        raise QueryRefused(f"Shopify ignored a part of the search: {'; '.join(warnings)}")
    data = body.get("data")
    if not isinstance(data, dict):
        raise TryAgain("Shopify answered without data")
    return data


def words_of(text: str) -> str:
    """Shopify's own words in the body of an error, whatever its form, bounded."""
    try:
        errors = json.loads(text)["errors"]
    except (ValueError, KeyError, TypeError):
        return text.strip()[:LONGEST_WORDS] or "(an empty answer)"
    return _words(errors)


def _raise_for(errors: object, cost: Mapping[str, Any]) -> None:
    codes = _codes(errors)
    words = _words(errors)
    if "THROTTLED" in codes:
        raise Throttled(words, wait=None, cost=cost)
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        raise TryAgain(f"Shopify answered: {words}")
    kinds: dict[str, type[ShopifyError]] = {
        "ACCESS_DENIED": AccessDenied,
        "MAX_COST_EXCEEDED": QueryTooCostly,
    }
    for code, kind in kinds.items():
        if code in codes:
            raise kind(f"Shopify answered: {words}")
    raise QueryRefused(f"Shopify answered: {words}")


def _codes(errors: object) -> set[str]:
    if not isinstance(errors, list):
        return set()
    return {
        str((error.get("extensions") or {}).get("code"))
        for error in errors
        if isinstance(error, dict)
    }


def _words(errors: object) -> str:
    if isinstance(errors, list):
        texts = [
            str(error.get("message", error)) if isinstance(error, dict) else str(error)
            for error in errors
        ]
        return "; ".join(texts)[:LONGEST_WORDS]
    if isinstance(errors, dict):
        return json.dumps(errors)[:LONGEST_WORDS]
    return str(errors)[:LONGEST_WORDS]
