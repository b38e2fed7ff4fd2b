"""Who buys: a known customer, a new one, or one of the three sorts of guest."""

from __future__ import annotations

from sandbox.catalogue import FIRST_NAMES, LAST_NAMES
from sandbox.facts import Buyer, CustomerSaved
from sandbox.kinds.scene import Scene
from sandbox.wishes import text

_WEIGHTS = {
    "customer": 52,
    "new_customer": 30,
    "guest_email": 11,
    "guest_phone": 4,
    "anonymous": 3,
}


def choose_buyer(scene: Scene) -> tuple[Buyer, CustomerSaved | None]:
    """The buyer, and the customer record if one is made on the way."""
    wish = scene.choice("buyer", _WEIGHTS)
    known = list(scene.shop.customers.values())
    if wish == "customer" and known:
        customer = scene.rng.choice(known[-400:])
        return Buyer(customer.customer_id, customer.email, customer.phone), None
    if wish == "guest_email":
        return Buyer(None, guest_email(scene), None), None
    if wish == "guest_phone":
        return Buyer(None, None, _phone(scene.rng.randrange(40))), None
    if wish == "anonymous":
        return Buyer(None, None, None), None
    saved = new_customer(scene)
    return Buyer(saved.customer_id, saved.email, saved.phone), saved


def new_customer(scene: Scene) -> CustomerSaved:
    """A customer record with a name, mostly an e-mail and sometimes a telephone."""
    number = scene.shop.ids.next("Customer")
    first, last = scene.rng.choice(FIRST_NAMES), scene.rng.choice(LAST_NAMES)
    plain = f"{first}.{last}.{number % 100_000}".encode("ascii", "ignore").decode().lower()
    return CustomerSaved(
        at=scene.at,
        customer_id=number,
        created_at=scene.at,
        first_name=first,
        last_name=last,
        email=f"{plain.replace(chr(39), '')}@example.com" if scene.rng.random() < 0.95 else None,
        phone=_phone(number) if scene.rng.random() < 0.3 else None,
    )


def guest_email(scene: Scene) -> str:
    """One of few guests, typed as people type: the same address in different case."""
    wish = text(scene.params, "email")
    if wish is not None:
        return wish
    plain = f"guest{scene.rng.randrange(60)}@example.org"
    return scene.rng.choice((plain, plain, plain.capitalize(), plain.upper()))


def _phone(number: int) -> str:
    return f"+1212555{number % 10_000:04d}"
