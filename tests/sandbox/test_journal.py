"""A restarted sandbox sees the shop that it left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.control import Control
from sandbox.errors import StateMismatch
from sandbox.faults import Faults
from sandbox.journal import open_world
from sandbox.world import World

WORDS = {"shops": 2, "orders": 30, "seed": 4}


def opened(path: Path) -> tuple[World, Control]:
    world, journal = open_world(path, **WORDS)
    return world, Control(world, Faults(), journal)


def live(control: Control) -> None:
    """Some of everything that a journal keeps."""
    domain = control.shops()[0]["shopDomain"]
    kinds = (
        "order",
        "refund",
        "customer_update",
        "order",
        "cancel",
        "cart",
        "checkout",
        "checkout",
    )
    for kind in (*kinds, "checkout_complete", "product_create", "inventory_update", "shop_update"):
        control.events(domain, {"kind": kind})
    control.events(control.shops()[1]["shopDomain"], {"kind": "order", "count": 3})
    control.tamper(domain, {"cents": 1})


def truths(control: Control) -> list[object]:
    now = {"now": "2100-01-01T00:00:00Z"}
    return [control.truth(shop["shopDomain"], now) for shop in control.shops()]


def test_a_restart_has_the_same_history_and_truth(tmp_path: Path) -> None:
    world, control = opened(tmp_path / "state" / "sandbox.jsonl")
    live(control)
    again, same = opened(tmp_path / "state" / "sandbox.jsonl")
    assert again.now == world.now
    for mine, theirs in zip(again.shops.values(), world.shops.values(), strict=True):
        assert mine.history == theirs.history
    assert truths(same) == truths(control)


def test_life_goes_on_after_a_restart_as_without_one(tmp_path: Path) -> None:
    world, control = opened(tmp_path / "one.jsonl")
    live(control)
    again, _ = opened(tmp_path / "one.jsonl")
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    domain = next(iter(world.shops))
    assert world.happen(domain, "order", {}, at) == again.happen(domain, "order", {}, at)


def test_the_file_begins_with_how_the_world_was_made(tmp_path: Path) -> None:
    world, _ = opened(tmp_path / "s.jsonl")
    first = (tmp_path / "s.jsonl").read_text().splitlines()[0]
    assert world.now.isoformat() in first
    assert '"seed": 4' in first


def test_a_refused_event_is_not_kept(tmp_path: Path) -> None:
    world, control = opened(tmp_path / "s.jsonl")
    before = (tmp_path / "s.jsonl").read_text()
    with pytest.raises(Exception, match="order_id"):
        control.events(next(iter(world.shops)), {"kind": "refund", "order_id": 1})
    assert (tmp_path / "s.jsonl").read_text() == before


def test_a_line_that_a_kill_has_cut_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    _, control = opened(path)
    live(control)
    whole = truths(control)
    with path.open("a") as file:
        file.write('{"do": "event", "sh')
    _, again = opened(path)
    assert truths(again) == whole
    live(again)
    _, last = opened(path)
    assert truths(last) == truths(again)


def test_a_file_of_another_world_is_refused(tmp_path: Path) -> None:
    opened(tmp_path / "s.jsonl")
    with pytest.raises(StateMismatch, match="2 shops, 30 orders, 4 seed"):
        open_world(tmp_path / "s.jsonl", shops=3, orders=30, seed=4)


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text("hello\n")
    with pytest.raises(StateMismatch, match="not a state file"):
        open_world(tmp_path / "s.jsonl", **WORDS)


def test_without_a_file_nothing_is_kept() -> None:
    world, journal = open_world(None, **WORDS)
    assert journal is None
    assert len(world.shops) == 2
