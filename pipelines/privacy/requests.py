"""What Shopify asks for by webhook: the request behind a receipt, read from where it landed.

HMAC covers the body only, so a body that names another shop than the header did is not obeyed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from pipelines.errors import BadDocument
from pipelines.privacy.contacts import LARGEST_ID, number_of
from pipelines.privacy.people import Asked

Connection = psycopg.Connection[tuple[Any, ...]]
DATA_REQUEST = "customers/data_request"
CUSTOMER_REDACT = "customers/redact"
SHOP_REDACT = "shop/redact"
TOPICS = (DATA_REQUEST, CUSTOMER_REDACT, SHOP_REDACT)
MOST_ORDERS = 100_000
# A receipt with a deed and no time of acting is one that a person must look at.
NOT_DONE = "not done"

_WAITING = """
select receipts.tenant_id, receipts.topic, receipts.webhook_id, tenants.shop_domain, events.body
from control.receipts as receipts
inner join control.tenants as tenants on receipts.tenant_id = tenants.tenant_id
left join landing.webhook_events as events
    on receipts.tenant_id = events.tenant_id and receipts.topic = events.topic
    and receipts.webhook_id = events.webhook_id
where receipts.topic = any(%s) and receipts.acted_at is null and (%s or receipts.deed is null)
order by receipts.received_at, receipts.tenant_id
"""


@dataclass(frozen=True)
class Request:
    """A receipt that waits, with the body that landed; None when it is there no longer."""

    tenant_id: int
    topic: str
    webhook_id: str
    shop_domain: str
    body: bytes | None

    def asked(self) -> Asked:
        """Whom it is about (nobody, of a whole shop); raises BadDocument with what is wrong."""
        if self.body is None:
            raise BadDocument("the webhook is no longer in landing; erase by `shopmart privacy`")
        body = self._checked(self.body)
        if self.topic == SHOP_REDACT:
            return Asked()
        asked = asked_in(body)
        if not asked.names_somebody:
            raise BadDocument("customer: names neither an id, nor an e-mail, nor a phone number")
        return asked

    def _checked(self, text: bytes) -> Mapping[str, Any]:
        try:
            body = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise BadDocument(f"the body is no JSON: {error}") from None
        if not isinstance(body, dict):
            raise BadDocument("the body is no object")
        named = body.get("shop_domain")
        if named is None and self.topic == SHOP_REDACT:
            raise BadDocument("shop_domain: a body that names no shop erases none")
        if named is not None and named != self.shop_domain:
            raise BadDocument(f"shop_domain: the body names another shop than {self.shop_domain}")
        return body


def waiting(connection: Connection, *, again: bool = False) -> list[Request]:
    """Requests that are not acted upon, oldest first; with `again`, those that failed, too."""
    return [Request(*row) for row in connection.execute(_WAITING, [list(TOPICS), again])]


def asked_in(body: Mapping[str, Any]) -> Asked:
    """Whom the body of a request names; raises BadDocument when an id is none."""
    given = body.get("customer")
    customer = given if isinstance(given, dict) else {}
    orders = body.get("orders_to_redact") or body.get("orders_requested") or []
    if not isinstance(orders, list) or len(orders) > MOST_ORDERS:
        raise BadDocument("orders: no list of ids")
    return Asked(
        customer=None if customer.get("id") is None else _id(customer["id"], "customer.id"),
        email=_text(customer.get("email"), "customer.email"),
        phone=_text(customer.get("phone"), "customer.phone"),
        orders=tuple(_id(order, "orders") for order in orders),
    )


def _id(value: object, name: str) -> int:
    number = number_of(value)
    if number is None or not 0 < number <= LARGEST_ID:
        raise BadDocument(f"{name}: is no id (a whole number below 2^63)")
    return number


def _text(value: object, name: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise BadDocument(f"{name}: is no text")
    # Documents are stored without NUL, too.
    return None if value is None else value.replace("\x00", "")
