"""What can happen in a shop: immutable facts in integer minor units, the sandbox's only memory.

The state (documents, webhooks) and the truth (figures) are both folds over these facts,
written apart from each other, so that one checks the other.
"""

from __future__ import annotations

from sandbox.facts.changes import ChangeFact, Edited, LineDiscount, Removal, Returned
from sandbox.facts.checkouts import (
    CartSaved,
    CheckoutCompleted,
    CheckoutDeleted,
    CheckoutFact,
    CheckoutSaved,
)
from sandbox.facts.goods import (
    GoodsFact,
    ProductDeleted,
    ProductSaved,
    StockCounted,
    StockFact,
    StockRemoved,
    VariantSaved,
)
from sandbox.facts.orders import (
    Adjustment,
    Buyer,
    Cancelled,
    Charge,
    Deleted,
    Line,
    Paid,
    Payment,
    Placed,
    Presentment,
    Refunded,
    ReturnedLine,
    Shipping,
    ShippingRefund,
)
from sandbox.facts.people import (
    CustomerDeleted,
    CustomerFact,
    CustomerSaved,
    CustomersMerged,
    ShopChanged,
)

OrderFact = Placed | Refunded | Cancelled | Paid | Deleted | ChangeFact
Fact = OrderFact | CustomerFact | ShopChanged | GoodsFact | CheckoutFact

__all__ = [
    "Adjustment",
    "Buyer",
    "Cancelled",
    "CartSaved",
    "ChangeFact",
    "Charge",
    "CheckoutCompleted",
    "CheckoutDeleted",
    "CheckoutFact",
    "CheckoutSaved",
    "CustomerDeleted",
    "CustomerFact",
    "CustomerSaved",
    "CustomersMerged",
    "Deleted",
    "Edited",
    "Fact",
    "GoodsFact",
    "Line",
    "LineDiscount",
    "OrderFact",
    "Paid",
    "Payment",
    "Placed",
    "Presentment",
    "ProductDeleted",
    "ProductSaved",
    "Refunded",
    "Removal",
    "Returned",
    "ReturnedLine",
    "Shipping",
    "ShippingRefund",
    "ShopChanged",
    "StockCounted",
    "StockFact",
    "StockRemoved",
    "VariantSaved",
]
