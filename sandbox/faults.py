"""Faults of bulk runs on wish: cut, failing, cancelled, expired, stalled, slow and too large ones.

POST /_sandbox/faults takes `truncate_bulk` (line_end, mid_line; extra_lines: more than there are),
`fail_bulk` (an error code; with `partial_data` there is a file of what was exported), `cancel_bulk`
(true: Shopify ends the run), `expire_bulk` (url: the file's address is refused; operation: the run
is EXPIRED; no_url: there is no address), `stall_bulk` (true: runs until it is cancelled or the
fault taken back), `break_download` (half: ends midway; stall: goes silent midway until the fault is
taken back), each for the next `times` runs of a `shop` or of all; null takes one back.
`bulk_seconds` is the least time of a run, `largest_bulk` the most objects without a parent that one
comes to its end with (0: any).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.drift import Drift
from sandbox.errors import BadParameter
from sandbox.wishes import number, only, text, truth_value, whole

_KNOWN: Mapping[str, tuple[object, ...]] = {
    "truncate_bulk": ("line_end", "mid_line", "extra_lines"),
    "fail_bulk": ("ACCESS_DENIED", "INTERNAL_SERVER_ERROR", "TIMEOUT"),
    "cancel_bulk": (True,),
    "expire_bulk": ("url", "operation", "no_url"),
    "stall_bulk": (True,),
    "break_download": ("half", "stall"),
}


@dataclass
class _Pending:
    what: Any
    times: int
    shop: str | None


class Faults:
    """What goes wrong next; each fault wears off after its times."""

    def __init__(self, *, bulk_seconds: float = 0.3) -> None:
        self.bulk_seconds = bulk_seconds
        self.partial_data = False
        self.stalls = False
        self.silent = False
        self.largest_bulk = 0
        self.drift = Drift()
        self._pending: dict[str, list[_Pending]] = {name: [] for name in _KNOWN}
        self._lock = threading.Lock()

    def order(self, wishes: dict[str, Any]) -> dict[str, Any]:
        """Take in posted wishes; null takes a fault back."""
        only(wishes, (*_KNOWN, "partial_data", "bulk_seconds", "largest_bulk", "times", "shop"))
        times, shop = whole(wishes, "times", 1), text(wishes, "shop")
        seconds = number(wishes, "bulk_seconds", self.bulk_seconds, low=0, high=3600)
        largest = whole(wishes, "largest_bulk", self.largest_bulk)
        partial = truth_value(wishes, "partial_data", self.partial_data)
        ordered = {
            name: _ordered(wishes[name], name, times, shop) for name in _KNOWN if name in wishes
        }
        with self._lock:
            self._pending.update(ordered)
            self.bulk_seconds, self.partial_data = seconds, partial
            self.largest_bulk = largest
            if "stall_bulk" in ordered:
                self.stalls = bool(ordered["stall_bulk"])
            if "break_download" in ordered:
                self.silent = wishes["break_download"] == "stall"
        told = {name: [vars(one) for one in kept] for name, kept in self._pending.items()}
        return {
            **told,
            "partial_data": partial,
            "bulk_seconds": seconds,
            "largest_bulk": largest,
        }

    def bulk_failure(self, shop: str, *, roots: int) -> str | None:
        """The error code of a run that must fail."""
        if 0 < self.largest_bulk < roots:
            return "TIMEOUT"
        return self._take("fail_bulk", shop)

    def broken_download(self, shop: str) -> str | None:
        """How the next download of a file breaks off."""
        return self._take("break_download", shop)

    def cancels(self, shop: str) -> bool:
        """Whether Shopify itself cancels this run."""
        return bool(self._take("cancel_bulk", shop))

    def expiry(self, shop: str) -> str | None:
        """What of a finished run is over too early."""
        return self._take("expire_bulk", shop)

    def stall(self, shop: str) -> bool:
        """Whether this run goes on while `stalls` is true."""
        return bool(self._take("stall_bulk", shop))

    def cut(self, result: bytes, shop: str) -> bytes:
        """A result, or what a broken connection leaves of it."""
        if not result:
            return result
        match self._take("truncate_bulk", shop):
            case "line_end":
                lines = result.splitlines(keepends=True)
                return b"".join(lines[: len(lines) - max(1, len(lines) // 10)])
            case "extra_lines":
                lines = result.splitlines(keepends=True)
                return result + b"".join(lines[: max(1, len(lines) // 10)])
            case "mid_line":
                return result[: len(result) - len(result.splitlines()[-1]) // 2 - 1]
        return result

    def _take(self, name: str, shop: str) -> str | None:
        with self._lock:
            for fault in self._pending[name]:
                if fault.times > 0 and fault.shop in (None, shop):
                    fault.times -= 1
                    return str(fault.what)
        return None


def _ordered(wish: object, name: str, times: int, shop: str | None) -> list[_Pending]:
    known = _KNOWN[name]
    if wish is None:
        return []
    if wish not in known or isinstance(wish, int) != isinstance(known[0], int):
        words = "true" if known == (True,) else "one of " + ", ".join(map(str, known))
        raise BadParameter(f"{name} is {wish!r}; give null or {words}.")
    return [_Pending(wish, times, shop)]
