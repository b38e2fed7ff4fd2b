"""What happens to an order after it was placed: it is edited, goods come back, are exchanged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.facts.orders import Charge, Line, Payment, Refunded


@dataclass(frozen=True)
class Removal:
    """Units of one line that an edit takes out or a return sends back."""

    line_id: int
    quantity: int


@dataclass(frozen=True)
class LineDiscount:
    """A discount that an edit adds to a line; `tax` is what the whole line carries afterwards."""

    line_id: int
    amount: int
    tax: int


@dataclass(frozen=True)
class Edited:
    """The shop edited an order; what is then owed may be paid at once."""

    at: datetime
    order_id: int
    edit_id: int
    agreement_id: int
    added: tuple[Line, ...] = ()
    removed: tuple[Removal, ...] = ()
    discounted: tuple[LineDiscount, ...] = ()
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True)
class Returned:
    """Goods came back, perhaps against others and less a fee.

    `refund` is the record of the money that went back with them; its lines name the same units.
    """

    at: datetime
    order_id: int
    return_id: int
    agreement_id: int
    lines: tuple[Removal, ...]
    added: tuple[Line, ...] = ()
    fee: Charge | None = None
    refund: Refunded | None = None
    payments: tuple[Payment, ...] = ()


ChangeFact = Edited | Returned
