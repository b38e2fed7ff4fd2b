"""Kinds `cart` and `checkout*`: what comes before an order, and what may never become one.

`minutes_ago` lets it have happened earlier, so that abandonment need not be waited for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from sandbox.catalogue import LAST_SEASON
from sandbox.errors import BadParameter, NothingSuitable
from sandbox.facts import (
    Buyer,
    CartSaved,
    CheckoutCompleted,
    CheckoutDeleted,
    CheckoutSaved,
    Fact,
    Presentment,
)
from sandbox.kinds.buyer import choose_buyer, guest_email
from sandbox.kinds.cart import choose_lines
from sandbox.kinds.order import Bought, choose_presentment, choose_shipping, place, token_of
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.checkouts import Checkout
from sandbox.wishes import text, whole

_LONGEST = 400 * 24 * 60


def draft_cart(scene: Scene) -> Sequence[Fact]:
    """A cart is filled, or the wished one changes."""
    lines, _ = choose_lines(scene, LAST_SEASON)
    token, at = text(scene.params, "cart_token"), _moment(scene)
    if token is None:
        number = scene.shop.ids.next("Token")
        return [CartSaved(at, token_of(scene, f"cart:{number}"), at, lines)]
    known = scene.shop.checkouts.carts.get(token)
    if known is None:
        raise NothingSuitable(f"Cart {token} is unknown; leave cart_token out for a new one.")
    return [CartSaved(_not_before(known.at, at), token, known.created_at, lines)]


def draft_checkout(scene: Scene) -> Sequence[Fact]:
    """A checkout begins, mostly out of a cart; `contact` says whether the buyer is known yet."""
    at, number = _moment(scene), scene.shop.ids.next("Token")
    facts: list[Fact] = []
    buyer = Buyer(None, None, None)
    if scene.chance("contact", 0.85):
        buyer, saved = choose_buyer(scene)
        facts += [replace(saved, at=at, created_at=at)] if saved else []
    lines, code = choose_lines(scene, LAST_SEASON)
    cart = token_of(scene, f"cart:{number}") if scene.chance("cart", 0.8) else None
    if cart is not None:
        facts.append(CartSaved(at, cart, at, lines))
    saved_checkout = CheckoutSaved(
        at=at,
        checkout_token=token_of(scene, f"checkout:{number}"),
        checkout_id=scene.shop.ids.next("AbandonedCheckout"),
        cart_token=cart,
        created_at=at,
        buyer=buyer,
        lines=lines,
        shipping=choose_shipping(scene),
        presentment=choose_presentment(scene) if "foreign" in scene.params else _own(scene),
        discount_code=code,
    )
    return [*facts, saved_checkout]


def draft_update(scene: Scene) -> Sequence[Fact]:
    """The buyer goes on: leaves an e-mail if none is known, else changes what is bought."""
    checkout = _open(scene)
    at = _not_before(checkout.updated_at, _moment(scene))
    saved = replace(checkout.saved, at=at, buyer=_buyer(checkout), told=None)
    if not _has_contact(saved.buyer) or "email" in scene.params:
        email = guest_email(scene)
        return [replace(saved, buyer=replace(saved.buyer, email=email))]
    lines, code = choose_lines(scene, LAST_SEASON)
    return [replace(saved, lines=lines, discount_code=code)]


def draft_complete(scene: Scene) -> Sequence[Fact]:
    """The buyer pays: the checkout becomes an order."""
    checkout = _open(scene)
    saved, buyer, facts = checkout.saved, _buyer(checkout), list[Fact]()
    if not _has_contact(buyer):
        buyer = replace(buyer, email=guest_email(scene))
        facts.append(replace(saved, at=scene.at, buyer=buyer, told=None))
    lines = [replace(line, line_id=scene.shop.ids.next("LineItem")) for line in saved.lines]
    bought = Bought(
        buyer,
        tuple(lines),
        saved.shipping,
        saved.presentment,
        saved.discount_code,
        "web",
        saved.checkout_token,
        saved.cart_token,
    )
    placed = replace(place(scene, bought), processed_at=scene.at)
    return [*facts, placed, CheckoutCompleted(scene.at, saved.checkout_token)]


def draft_delete(scene: Scene) -> Sequence[Fact]:
    """An open checkout is deleted; by chance only one that its cart's token names."""
    checkout = _open(scene, carted=True)
    return [CheckoutDeleted(_moment(scene), checkout.saved.checkout_token)]


def _own(scene: Scene) -> Presentment:
    return Presentment(scene.shop.profile.currency, Fraction(1))


def _moment(scene: Scene) -> datetime:
    minutes = whole(scene.params, "minutes_ago", 0, high=_LONGEST)
    return scene.at - timedelta(minutes=minutes)


def _not_before(last: datetime, at: datetime) -> datetime:
    if at < last:
        raise BadParameter(f"minutes_ago lies before the last change at {last}; give fewer.")
    return at


def _buyer(checkout: Checkout) -> Buyer:
    """Who buys, under the record that they were merged into."""
    return replace(checkout.saved.buyer, customer_id=checkout.customer_id)


def _has_contact(buyer: Buyer) -> bool:
    return bool(buyer.email or buyer.phone or buyer.customer_id)


def _open(scene: Scene, *, carted: bool = False) -> Checkout:
    """The wished checkout, else one of the newer open ones."""
    wish, books = text(scene.params, "checkout_token"), scene.shop.checkouts
    if wish is not None:
        checkout = books.by_token.get(wish)
        if checkout is None or checkout.completed_at is not None:
            raise NothingSuitable(f"Checkout {wish} is not open; name another checkout_token.")
        return checkout
    # What the history left open comes back by name only: a backfill knows it by another key.
    found = [one for one in books.open() if one.saved.checkout_token not in books.past]
    found = [one for one in found if one.updated_at <= scene.at]
    if carted:
        found = [one for one in found if one.saved.cart_token]
    if not found:
        raise NothingSuitable("No checkout is open; post an event of kind checkout first.")
    return scene.rng.choice(found[-60:])


_GOODS = ("lines", "quantity", "discount", "gift_card", "minutes_ago")
_BUYER = ("buyer", "email", "contact", "cart", "shipping", "foreign")
_TOKEN = ("checkout_token",)

CART = Kind("cart", "a cart is filled or changed", draft_cart, ("cart_token", *_GOODS))
CHECKOUT = Kind("checkout", "a checkout begins", draft_checkout, (*_GOODS, *_BUYER))
CHECKOUT_UPDATE = Kind(
    "checkout_update", "a checkout goes on", draft_update, (*_TOKEN, "email", *_GOODS)
)
CHECKOUT_COMPLETE = Kind(
    "checkout_complete",
    "a checkout becomes an order",
    draft_complete,
    (*_TOKEN, "email", "payment", "test"),
)
CHECKOUT_DELETE = Kind(
    "checkout_delete", "a checkout is deleted", draft_delete, (*_TOKEN, "minutes_ago")
)
BROWSING = (CART, CHECKOUT, CHECKOUT_UPDATE, CHECKOUT_COMPLETE, CHECKOUT_DELETE)
