"""What the shops sell and who buys: fixed names and prices, in minor units of any currency."""

from __future__ import annotations

from datetime import datetime

from sandbox.facts import GoodsFact, ProductSaved, StockCounted, VariantSaved

# Sold for a while and then deleted in every shop's past: its lines no longer name it.
LAST_SEASON = "last-season"
LOCATIONS = (655_441_491, 24_826_418)
ITEM_BASE = 49_000_000_000
_PRODUCTS = (
    ("Trail Jacket", "Northpine", 12900, ("S", "M", "L")),
    ("Merino Crew", "Northpine", 7495, ("S", "M", "L")),
    ("Canvas Tote", "Dockyard", 2450, ("Natural", "Black")),
    ("Enamel Mug", "Dockyard", 1299, ("White", "Blue")),
    ("Wool Socks", "Northpine", 1633, ("36-39", "40-43", "44-47")),
    ("Field Notebook", "Papierhaus", 999, ("Plain", "Ruled")),
    ("Brass Compass", "Meridian", 5367, ("One size",)),
    ("Camp Blanket", "Northpine", 10001, ("Rust", "Moss")),
    ("Soap Bar", "Kelp & Co", 705, ("Cedar", "Citrus")),
    ("Steel Bottle", "Meridian", 3333, ("0.5 l", "1 l")),
    ("Paper Lantern", "Papierhaus", 1850, ("Small", "Large")),
)


def opening(at: datetime) -> list[GoodsFact]:
    """The shelves of a new shop: products, each with its stock; the gift card comes last."""
    facts: list[GoodsFact] = []
    for number, product in enumerate(_PRODUCTS, start=1):
        saved = _product(number, product, at)
        facts.append(saved)
        for variant in saved.variants:
            facts += _stock(variant, number, at)
    return [*facts, _gift_card(at)]


def _product(
    number: int, known: tuple[str, str, int, tuple[str, ...]], at: datetime
) -> ProductSaved:
    title, vendor, price, names = known
    first = 808_950_800 + number * 10
    return ProductSaved(
        at=at,
        product_id=632_910_390 + number * 2,
        created_at=at,
        published_at=at,
        title=title,
        vendor=vendor,
        product_type="Goods",
        status="ACTIVE",
        gift_card=False,
        variants=tuple(
            VariantSaved(
                variant_id=first + position,
                inventory_item_id=ITEM_BASE + first + position,
                title=name,
                sku=f"{title[:3].upper()}-{number:02d}-{position}",
                # The last of several variants costs more, so that prices have a range.
                price=price + (price // 10 if position == len(names) > 2 else 0),
                compare_at=price * 5 // 4 if number % 3 == 0 else None,
            )
            for position, name in enumerate(names, start=1)
        ),
        tags=(LAST_SEASON,) if title == _PRODUCTS[-1][0] else (),
    )


def _stock(variant: VariantSaved, number: int, at: datetime) -> list[GoodsFact]:
    """One location, or two for every second product."""
    places = LOCATIONS[: 1 + number % 2]
    return [
        StockCounted(at, variant.inventory_item_id, place, 20 + variant.variant_id % 37 + turn)
        for turn, place in enumerate(places)
    ]


def _gift_card(at: datetime) -> ProductSaved:
    card = VariantSaved(808_951_000, ITEM_BASE + 808_951_000, "50", "GIFT-50", 5000, None)
    return ProductSaved(
        at, 632_910_500, at, at, "Gift Card", "Shop", "Gift Cards", "ACTIVE", True, (card,)
    )


# fmt: off
FIRST_NAMES = (
    "Ada", "Björn", "Chloé", "Dmitri", "Elif", "Farah", "Grace", "Hugo", "Ines", "Jonas",
    "Kenji", "Lucía", "Maeve", "Noor", "Otto", "Priya", "Quinn", "Rosa", "Søren", "Tara",
    "Umar", "Vera", "Wanda", "Xenia", "Yusuf", "Zoë",
)
# fmt: on
# fmt: off
LAST_NAMES = (
    "Abbott", "Becker", "Castillo", "Dubois", "Eriksen", "Fischer", "Garcia", "Hughes",
    "Ivanova", "Jansen", "Kowalski", "Lindqvist", "Müller", "Nakamura", "O'Brien", "Petrov",
    "Quiroga", "Rossi", "Schneider", "Tanaka", "Ueda", "Visser", "Weber", "Young", "Zimmer",
)
# fmt: on
