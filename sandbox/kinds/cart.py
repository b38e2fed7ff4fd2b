"""What is bought: lines with their discounts, spread to the cent, and their tax."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sandbox.cents import allocate, half_up, tax_on
from sandbox.errors import NothingSuitable
from sandbox.facts import Line, ProductSaved, VariantSaved
from sandbox.kinds.scene import Scene

Article = tuple[ProductSaved, VariantSaved]
_DISCOUNTS = {"none": 60, "line": 14, "order": 20, "both": 6}


def choose_lines(scene: Scene, without: str | None = None) -> tuple[tuple[Line, ...], str | None]:
    """The lines, and the code of the order discount if there is one.

    Products tagged as `without` stay on the shelf.
    """
    count = scene.count("lines", 20) or scene.rng.choices((1, 2, 3, 4), (45, 30, 17, 8))[0]
    only_gift = scene.params.get("gift_card") == "only"
    with_gift = only_gift or scene.chance("gift_card", 0.03)
    shelf = _on_sale(scene, without, gift_card=False)
    goods = [] if only_gift else scene.rng.sample(shelf, min(count, len(shelf)))
    lines = [_line(scene, article) for article in goods]
    discount = "none" if only_gift else scene.choice("discount", _DISCOUNTS)
    if discount in ("line", "both"):
        at = scene.rng.randrange(len(lines))
        lines[at] = replace(lines[at], line_discount=_part(lines[at], scene.rng.choice((10, 15))))
    code = None
    if discount in ("order", "both"):
        lines, code = _order_discount(scene, lines)
    if with_gift:
        lines.append(_line(scene, _on_sale(scene, None, gift_card=True)[-1]))
    return tuple(_taxed(scene, line) for line in lines), code


def one_line(scene: Scene) -> Line:
    """A single article at its full price, for an order that stands already."""
    return _taxed(scene, _line(scene, scene.rng.choice(_on_sale(scene, None, gift_card=False))))


def tip_line(scene: Scene, amount: int) -> Line:
    """What the buyer gives on top: a line of its own, which no product and no tax belongs to."""
    number = scene.shop.ids.next("LineItem")
    return Line(
        number, 0, 0, "Tip", "", "", "", amount, 1, 0, 0, 0, Fraction(0), gift_card=False, tip=True
    )


def _on_sale(scene: Scene, without: str | None, *, gift_card: bool) -> list[Article]:
    found = [
        (product, variant)
        for product in scene.shop.goods.products.values()
        if product.status == "ACTIVE" and product.gift_card == gift_card
        if without not in product.tags
        for variant in product.variants
    ]
    if not found:
        raise NothingSuitable("No product is for sale; post an event of kind product_create first.")
    return found


def _line(scene: Scene, article: Article) -> Line:
    product, variant = article
    quantity = 1 if product.gift_card else scene.count("quantity", 1000)
    return Line(
        line_id=scene.shop.ids.next("LineItem"),
        product_id=product.product_id,
        variant_id=variant.variant_id,
        title=product.title,
        variant_title=variant.title,
        sku=variant.sku,
        vendor=product.vendor,
        price=variant.price,
        quantity=quantity or scene.rng.choices((1, 2, 3, 7), (64, 22, 10, 4))[0],
        line_discount=0,
        order_discount=0,
        tax=0,
        tax_rate=Fraction(0),
        gift_card=product.gift_card,
    )


def _part(line: Line, percent: int) -> int:
    return half_up(Fraction(line.price * line.quantity * percent, 100))


def _order_discount(scene: Scene, lines: list[Line]) -> tuple[list[Line], str]:
    """A fixed sum or a percentage, spread over the lines by what they cost."""
    left = [line.price * line.quantity - line.line_discount for line in lines]
    percent = scene.rng.choice((0, 10, 100 if scene.rng.random() < 0.05 else 20))
    amount = half_up(Fraction(sum(left) * percent, 100)) if percent else min(1000, sum(left))
    parts = allocate(amount, left)
    code = f"SAVE{percent}" if percent else "TENOFF"
    return [replace(line, order_discount=p) for line, p in zip(lines, parts, strict=True)], code


def _taxed(scene: Scene, line: Line) -> Line:
    """Gift cards are never taxed; goods are, on what is left after discounts."""
    if line.gift_card:
        return line
    profile = scene.shop.profile
    quoted = line.price * line.quantity - line.line_discount - line.order_discount
    tax = tax_on(quoted, profile.tax_rate, included=profile.taxes_included)
    return replace(line, tax=tax, tax_rate=profile.tax_rate)
