"""Admin API documents of agreements and their sales.

The ids are those of Shopify's bulk rows: SalesAgreement and Sale, whatever their type.
"""

from __future__ import annotations

from sandbox.documents.admin_refund import Linked
from sandbox.documents.parts import Document, Purse, Ref, instant
from sandbox.identifiers import gid
from sandbox.state.sales import Agreement, Sale


def agreement_document(agreement: Agreement, linked: Linked, purse: Purse) -> Document:
    """One agreement with its sales."""
    document: Document = {
        "__typename": agreement.typename,
        "id": gid("SalesAgreement", agreement.agreement_id),
        "happenedAt": instant(agreement.happened_at),
        "reason": agreement.reason,
        "sales": [_sale(sale, linked, purse) for sale in agreement.sales],
        "order": Ref("Order", linked.order_id),
    }
    if agreement.return_id is not None:
        document["return"] = linked.returns[agreement.return_id]
    elif agreement.refund_id is not None:
        document["refund"] = linked.refunds[agreement.refund_id]
    return document


def _sale(sale: Sale, linked: Linked, purse: Purse) -> Document:
    return {
        "__typename": sale.typename,
        "id": gid("Sale", sale.sale_id),
        "actionType": sale.action,
        "lineType": sale.line_type,
        "quantity": sale.quantity,
        "taxes": _taxes(sale, linked, purse),
        "totalAmount": purse.bag(sale.total),
        "totalTaxAmount": purse.bag(sale.tax),
        "totalDiscountAmountBeforeTaxes": purse.bag(sale.discount_before_taxes),
        "totalDiscountAmountAfterTaxes": purse.bag(sale.discount_after_taxes),
        "lineItem": linked.lines.get(sale.line_id or 0),
        "shippingLine": linked.shipping.get(sale.shipping_id or 0),
        "duty": linked.duties.get(sale.charge_id or 0),
    }


def _taxes(sale: Sale, linked: Linked, purse: Purse) -> list[Document]:
    owner = linked.lines.get(sale.line_id or 0) or linked.shipping.get(sale.shipping_id or 0)
    return [
        {
            "id": gid("SaleTax", sale.sale_id * 10 + at),
            "amount": purse.bag(sale.tax),
            "taxLine": line,
        }
        for at, line in enumerate(owner["taxLines"] if owner else [])
    ]
