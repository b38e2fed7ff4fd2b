"""Truth rows of products: what each sold, and how it stands in the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.facts import Fact, ProductDeleted, ProductSaved, StockCounted, StockRemoved
from sandbox.truth.books import Account, Setting
from sandbox.truth.entries import Entry
from sandbox.truth.figures import figures, money, units_sold
from sandbox.truth.rows import LINE_FIGURES

Row = dict[str, Any]


def product_rows(
    history: list[Fact], accounts: Iterable[Account], setting: Setting
) -> Iterator[Row]:
    """One row for each product that Shopify has, or that was deleted under the warehouse's eyes.

    What was deleted before the backfill began nobody can know: its lines name no product.
    """
    shelf = _shelf(history)
    sold = _sold(accounts)
    stock = _stock(history)
    for product_id, (saved, deleted) in shelf.items():
        if deleted is not None and deleted.at <= setting.began:
            continue
        found = figures(sold[product_id])
        yield {
            "product_id": product_id,
            "units_sold": units_sold(sold[product_id]),
            **{name: money(found[name], setting.digits) for name in LINE_FIGURES},
            "is_deleted": deleted is not None,
            # A deleted product has no variants left, so neither price nor stock.
            "price": None if deleted else money(saved.variants[0].price, setting.digits),
            "inventory_quantity": sum(
                stock.get(variant.inventory_item_id, 0)
                for variant in ([] if deleted else saved.variants)
            ),
        }


def _shelf(history: list[Fact]) -> dict[int, tuple[ProductSaved, ProductDeleted | None]]:
    shelf: dict[int, tuple[ProductSaved, ProductDeleted | None]] = {}
    for fact in history:
        if isinstance(fact, ProductSaved):
            shelf[fact.product_id] = fact, None
        elif isinstance(fact, ProductDeleted):
            shelf[fact.product_id] = shelf[fact.product_id][0], fact
    return shelf


def _stock(history: list[Fact]) -> dict[int, int]:
    """Units of each item over the locations that stock it."""
    levels: dict[tuple[int, int], int] = {}
    for fact in history:
        if isinstance(fact, StockCounted):
            levels[fact.inventory_item_id, fact.location_id] = fact.available
        elif isinstance(fact, StockRemoved):
            levels.pop((fact.inventory_item_id, fact.location_id), None)
    found: dict[int, int] = defaultdict(int)
    for (item, _), units in levels.items():
        found[item] += units
    return found


def _sold(accounts: Iterable[Account]) -> dict[int, list[Entry]]:
    sold: dict[int, list[Entry]] = defaultdict(list)
    for account in accounts:
        named = {line.line_id: line.product_id for line in account.lines}
        for entry in account.entries:
            if entry.line_id is not None:
                sold[named[entry.line_id]].append(entry)
    return sold
