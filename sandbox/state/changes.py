"""How a line and its agreement look after an edit, a return or an exchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sandbox.facts import Edited, Line, LineDiscount, Removal, Returned
from sandbox.state.sales import (
    Agreement,
    Sale,
    charge_sale,
    discounts,
    line_sale,
    returned_sale,
    sale_id,
)

Lines = Mapping[int, Line]
Gone = Mapping[int, int]


def edit_agreement(edit: Edited, lines: Lines, gone: Gone, *, included: bool) -> Agreement:
    """Lines that came, units that went, discounts that were given."""
    sales = [
        *_came(edit.added, included=included),
        *_went(edit.removed, lines, gone, included=included),
        *(_discount_sale(one, lines[one.line_id], included=included) for one in edit.discounted),
    ]
    return Agreement(
        edit.agreement_id,
        edit.at,
        "ORDER_EDIT",
        "OrderEditAgreement",
        _numbered(edit.agreement_id, sales),
    )


def return_agreement(back: Returned, lines: Lines, gone: Gone, *, included: bool) -> Agreement:
    """What came back, what went out for it, and the fee."""
    sales = [
        *_went(back.lines, lines, gone, included=included),
        *_came(back.added, included=included),
        *([charge_sale(back.fee, 0)] if back.fee else []),
    ]
    return Agreement(
        back.agreement_id,
        back.at,
        "RETURN",
        "ReturnAgreement",
        _numbered(back.agreement_id, sales),
        back.refund.refund_id if back.refund else None,
        back.return_id,
    )


def discounted(line: Line, discount: LineDiscount) -> Line:
    """The line with one more discount."""
    return replace(line, line_discount=line.line_discount + discount.amount, tax=discount.tax)


def _numbered(agreement_id: int, sales: Iterable[Sale]) -> tuple[Sale, ...]:
    return tuple(replace(sale, sale_id=sale_id(agreement_id, at)) for at, sale in enumerate(sales))


def _came(added: Iterable[Line], *, included: bool) -> list[Sale]:
    return [line_sale(line, 0, included=included) for line in added]


def _went(removed: Iterable[Removal], lines: Lines, gone: Gone, *, included: bool) -> list[Sale]:
    return [
        returned_sale(
            lines[one.line_id],
            one.quantity,
            0,
            after=gone.get(one.line_id, 0),
            included=included,
        )
        for one in removed
    ]


def _discount_sale(discount: LineDiscount, line: Line, *, included: bool) -> Sale:
    """An update: no unit moves, the price falls by the discount and its tax."""
    after = discounted(line, discount)
    was, becomes = discounts(line, included=included), discounts(after, included=included)
    tax = after.tax - line.tax
    return Sale(
        0,
        "UPDATE",
        "PRODUCT",
        "ProductSale",
        0,
        -discount.amount + (0 if included else tax),
        tax,
        becomes[0] - was[0],
        becomes[1] - was[1],
        line_id=line.line_id,
    )
