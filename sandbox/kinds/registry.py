"""All kinds of event by name. A kind that is not here does not happen."""

from __future__ import annotations

from sandbox.errors import UnknownKind
from sandbox.kinds.cancel import CANCEL, DELETE
from sandbox.kinds.customer import CUSTOMER_CREATE, CUSTOMER_UPDATE
from sandbox.kinds.order import ORDER
from sandbox.kinds.payment import CAPTURE, VOID
from sandbox.kinds.refund import REFUND
from sandbox.kinds.scene import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (ORDER, REFUND, CANCEL, CAPTURE, VOID, DELETE, CUSTOMER_CREATE, CUSTOMER_UPDATE)
}


def kind_named(name: str) -> Kind:
    """The kind of this name."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(f"No event kind {name!r}; give one of {', '.join(KINDS)}.") from None
