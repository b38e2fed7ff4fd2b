"""Faults on wish: cut bulk results, failing bulk runs, slow bulk runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from sandbox.errors import BadParameter
from sandbox.wishes import number, only, text, whole

CUTS = ("line_end", "mid_line")
FAILURES = ("ACCESS_DENIED", "INTERNAL_SERVER_ERROR", "TIMEOUT")


@dataclass
class _Pending:
    what: str
    times: int
    shop: str | None


class Faults:
    """What goes wrong next; each fault wears off after its times."""

    def __init__(self, *, bulk_seconds: float = 0.3) -> None:
        self.bulk_seconds = bulk_seconds
        self._cuts: list[_Pending] = []
        self._failures: list[_Pending] = []
        self._lock = threading.Lock()

    def order(self, wishes: dict[str, Any]) -> dict[str, Any]:
        """Take in posted wishes; null takes a fault back."""
        only(wishes, ("truncate_bulk", "fail_bulk", "bulk_seconds", "times", "shop"))
        times, shop = whole(wishes, "times", 1), text(wishes, "shop")
        seconds = number(wishes, "bulk_seconds", self.bulk_seconds, low=0, high=3600)
        if "truncate_bulk" in wishes:
            self._cuts = _pending(wishes["truncate_bulk"], CUTS, "truncate_bulk", times, shop)
        if "fail_bulk" in wishes:
            self._failures = _pending(wishes["fail_bulk"], FAILURES, "fail_bulk", times, shop)
        self.bulk_seconds = seconds
        return {
            "truncate_bulk": [fault.__dict__ for fault in self._cuts],
            "fail_bulk": [fault.__dict__ for fault in self._failures],
            "bulk_seconds": self.bulk_seconds,
        }

    def bulk_failure(self, shop: str) -> str | None:
        """The error code of a run that must fail."""
        return self._take(self._failures, shop)

    def cut(self, result: bytes, shop: str) -> bytes:
        """A result, or what a broken connection leaves of it."""
        if not result:
            return result
        match self._take(self._cuts, shop):
            case "line_end":
                lines = result.splitlines(keepends=True)
                return b"".join(lines[: len(lines) - max(1, len(lines) // 10)])
            case "mid_line":
                return result[: len(result) - len(result.splitlines()[-1]) // 2 - 1]
        return result

    def _take(self, pending: list[_Pending], shop: str) -> str | None:
        with self._lock:
            for fault in pending:
                if fault.times > 0 and fault.shop in (None, shop):
                    fault.times -= 1
                    return fault.what
        return None


def _pending(
    wish: object, known: tuple[str, ...], name: str, times: int, shop: str | None
) -> list[_Pending]:
    if wish is None:
        return []
    if wish not in known:
        raise BadParameter(f"{name} is {wish!r}; give null or one of {', '.join(known)}.")
    return [_Pending(str(wish), times, shop)]
