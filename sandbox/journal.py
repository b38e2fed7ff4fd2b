"""The state file: how the world was made, and every action since, as JSON lines.

A restart generates the same history from the first line and plays the actions again, so that
a demo that was stopped goes on with the shop that it had.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.errors import StateMismatch
from sandbox.world import World


class Journal:
    """Appends actions to one file; each is on disk before its answer goes out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def write(self, action: Mapping[str, Any]) -> None:
        """Keep one action."""
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(action) + "\n")


def open_world(
    path: Path | None, *, shops: int, orders: int, seed: int
) -> tuple[World, Journal | None]:
    """A new world, or the one that a state file describes."""
    if path is None:
        return World.generate(shops, orders, seed), None
    asked = {"shops": shops, "orders": orders, "seed": seed}
    kept = _read(path)
    if not kept:
        world = World.generate(shops, orders, seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        journal = Journal(path)
        journal.write({"anchor": world.now.isoformat(), **asked})
        return world, journal
    first, *actions = kept
    if {name: first.get(name) for name in asked} != asked:
        raise StateMismatch(
            f"{path} belongs to a world of {_words(first, asked)}, not of {_words(asked, asked)}; "
            "ask for that world, or name another state file."
        )
    world = World.generate(shops, orders, seed, datetime.fromisoformat(str(first["anchor"])))
    for action in actions:
        replay(world, action)
    return world, Journal(path)


def replay(world: World, action: Mapping[str, Any]) -> None:
    """Let a kept action happen again, at its own time and untold."""
    domain = str(action["shop"])
    if action["do"] == "tamper":
        world.tamper(domain, int(action["cents"]), action.get("order_id"))
    else:
        at = datetime.fromisoformat(str(action["at"]))
        told = bool(action.get("told"))
        world.happen(domain, str(action["kind"]), action["params"], at, told=told)


def _read(path: Path) -> list[dict[str, Any]]:
    """All whole lines; a last one that a kill has cut is left out, and cut off the file."""
    if not path.exists():
        return []
    whole, _, rest = path.read_text(encoding="utf-8").rpartition("\n")
    if rest:
        path.write_text(whole + "\n" if whole else "", encoding="utf-8")
    try:
        kept = [json.loads(line) for line in whole.splitlines() if line]
    except ValueError:
        kept = [None]
    if not all(isinstance(line, dict) for line in kept):
        raise StateMismatch(f"{path} is not a state file of the sandbox; name another.")
    return kept


def _words(named: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    return ", ".join(f"{named.get(name)} {name}" for name in names)
