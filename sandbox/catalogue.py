"""What the shops sell and who buys: fixed names and prices, in minor units of any currency."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """One thing that can be put in a cart."""

    product_id: int
    variant_id: int
    title: str
    variant_title: str
    sku: str
    vendor: str
    price: int
    gift_card: bool = False


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
)


def variants() -> list[Variant]:
    """The whole catalogue; the gift card comes last."""
    found: list[Variant] = []
    for number, (title, vendor, price, names) in enumerate(_PRODUCTS, start=1):
        product_id = 632_910_390 + number * 2
        found += [
            Variant(
                product_id=product_id,
                variant_id=808_950_800 + number * 10 + position,
                title=title,
                variant_title=name,
                sku=f"{title[:3].upper()}-{number:02d}-{position}",
                vendor=vendor,
                price=price,
            )
            for position, name in enumerate(names, start=1)
        ]
    gift = Variant(632_910_500, 808_951_000, "Gift Card", "50", "GIFT-50", "Shop", 5000, True)
    return [*found, gift]


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
