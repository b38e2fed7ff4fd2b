"""What Shopify itself tells an app: that it was removed, and what privacy law asks of it.

`uninstall` kills every token and subscription at once; the compliance topics go to the target of
the webhook knobs only, since no app can subscribe to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from sandbox.announcements import Announcement
from sandbox.documents.webhook_shop import shop_body
from sandbox.errors import BadParameter, NothingSuitable
from sandbox.platform.app import Platform
from sandbox.platform.topics import COMPLIANCE
from sandbox.state.shop import Shop
from sandbox.wishes import only, text, whole
from sandbox.world import World

Answer = dict[str, Any]
Tell = Callable[[Shop, list[Announcement]], int]


class Notices:
    """Announces what happens to the app, not to the shop."""

    def __init__(self, world: World, platform: Platform, tell: Tell) -> None:
        self._world = world
        self._platform = platform
        self._tell = tell
        self._told = 0

    def uninstall(self, domain: str, body: Answer) -> Answer:
        """The merchant removes the app; one last webhook says so."""
        only(body, ())
        shop, installation = self._world.shop(domain), self._platform.at(domain)
        if not installation.is_installed:
            raise NothingSuitable(f"The app is not installed in {domain}; post install first.")
        with shop.lock:
            queued = self._announce(shop, "app/uninstalled", shop_body(shop))
        installation.uninstall()
        return {"installed": False, "deliveries": queued}

    def install(self, domain: str, body: Answer) -> Answer:
        """The merchant takes the app again; its new tokens."""
        only(body, ())
        self._platform.at(domain).install()
        return self._platform.credentials(domain)

    def compliance(self, domain: str, body: Answer) -> Answer:
        """Send one of the mandatory topics; a customer is given by id, or is any of the shop's."""
        only(body, ("topic", "customer_id", "orders"))
        shop, topic = self._world.shop(domain), text(body, "topic")
        if topic not in COMPLIANCE:
            raise BadParameter(f"topic is {topic!r}; give one of {', '.join(COMPLIANCE)}.")
        with shop.lock:
            asked = {"shop_id": shop.profile.shop_id, "shop_domain": domain}
            if topic != "shop/redact":
                asked |= self._about(shop, topic, body)
            queued = self._announce(shop, topic, asked)
        return {"sent": asked, "deliveries": queued}

    def _about(self, shop: Shop, topic: str, body: Answer) -> Answer:
        number = whole(body, "customer_id", 0) or next(iter(shop.customers), 0)
        customer = shop.customers.get(number)
        if customer is None:
            raise NothingSuitable(f"{shop.profile.domain} has no customer {number}; give another.")
        known = [order.placed.order_id for order in shop.orders_of(number)]
        orders = body.get("orders", known)
        if not isinstance(orders, list) or not all(type(order) is int for order in orders):
            raise BadParameter(f"orders is {orders!r}; give a list of order ids.")
        person = {"id": number, "email": customer.email, "phone": customer.phone}
        if topic == "customers/redact":
            return {"customer": person, "orders_to_redact": orders}
        request = {"id": 9_000 + self._told}
        return {"customer": person, "orders_requested": orders, "data_request": request}

    def _announce(self, shop: Shop, topic: str, body: Answer) -> int:
        self._told += 1
        moment, event = self._world.moment(), f"notice:{self._told}"
        return self._tell(shop, [Announcement(topic, orjson.dumps(body), moment, event)])
