"""All kinds of event by name. A kind that is not here does not happen."""

from __future__ import annotations

from sandbox.errors import UnknownKind
from sandbox.kinds.browsing import BROWSING
from sandbox.kinds.cancel import CANCEL, DELETE
from sandbox.kinds.customer import (
    CUSTOMER_CREATE,
    CUSTOMER_DELETE,
    CUSTOMER_MERGE,
    CUSTOMER_UPDATE,
)
from sandbox.kinds.edit import ORDER_EDIT
from sandbox.kinds.goods import GOODS
from sandbox.kinds.order import ORDER
from sandbox.kinds.payment import CAPTURE, VOID
from sandbox.kinds.refund import REFUND
from sandbox.kinds.returns import EXCHANGE, RETURN
from sandbox.kinds.scene import Kind
from sandbox.kinds.shop import SHOP_UPDATE

_ORDERS = (ORDER, REFUND, CANCEL, CAPTURE, VOID, DELETE, ORDER_EDIT, RETURN, EXCHANGE)
_CUSTOMERS = (CUSTOMER_CREATE, CUSTOMER_UPDATE, CUSTOMER_DELETE, CUSTOMER_MERGE)
KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (*_ORDERS, *_CUSTOMERS, *BROWSING, *GOODS, SHOP_UPDATE)
}


def kind_named(name: str) -> Kind:
    """The kind of this name."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(f"No event kind {name!r}; give one of {', '.join(KINDS)}.") from None
