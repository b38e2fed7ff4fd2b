"""Admin API documents of customers and of the shop."""

from __future__ import annotations

from datetime import datetime

from sandbox.cents import scalar
from sandbox.documents.parts import Document, Ref, address, instant
from sandbox.identifiers import gid
from sandbox.state.shop import OPENED, Shop


def customer_document(shop: Shop, customer_id: int) -> Document:
    """One customer record with what Shopify counts of the orders."""
    saved, profile = shop.customers[customer_id], shop.profile
    orders = [order for order in shop.orders_of(customer_id) if not order.placed.test]
    spent = sum(order.current_total for order in orders)
    where = address(profile, customer_id, first_name=saved.first_name, last_name=saved.last_name)
    return {
        "__typename": "Customer",
        "id": gid("Customer", customer_id),
        "legacyResourceId": str(customer_id),
        "createdAt": instant(saved.created_at),
        "updatedAt": instant(shop.customer_touched[customer_id]),
        "firstName": saved.first_name,
        "lastName": saved.last_name,
        "displayName": f"{saved.first_name} {saved.last_name}",
        "locale": "en",
        "note": saved.note,
        "state": "DISABLED",
        "tags": list(saved.tags),
        "verifiedEmail": saved.email is not None,
        "taxExempt": False,
        "numberOfOrders": str(len(orders)),
        "amountSpent": {
            "amount": scalar(spent, profile.currency),
            "currencyCode": profile.currency,
        },
        "statistics": {
            "__typename": "CustomerStatistics",
            "predictedSpendTier": None,
            "rfmGroup": "ACTIVE" if orders else "PROSPECTS",
        },
        "email": saved.email,
        "phone": saved.phone,
        "defaultEmailAddress": _email(saved.email),
        "defaultPhoneNumber": _phone(saved.phone),
        "defaultAddress": where,
        "lastOrder": Ref("Order", orders[-1].order_id) if orders else None,
        "orders": [Ref("Order", order.order_id) for order in orders],
    }


def _email(email: str | None) -> Document | None:
    if email is None:
        return None
    return {
        "emailAddress": email,
        "marketingState": "NOT_SUBSCRIBED",
        "marketingOptInLevel": None,
        "marketingUpdatedAt": None,
        "validFormat": True,
    }


def _phone(phone: str | None) -> Document | None:
    if phone is None:
        return None
    consent = {"state": "NOT_SUBSCRIBED", "optInLevel": "SINGLE_OPT_IN", "updatedAt": None}
    return {"phoneNumber": phone, "smsMarketingConsent": consent}


def shop_document(shop: Shop, now: datetime) -> Document:
    """The shop itself."""
    profile = shop.profile
    local = now.astimezone(profile.zone)
    email = f"owner@{profile.domain}"
    return {
        "__typename": "Shop",
        "id": gid("Shop", profile.shop_id),
        "name": profile.name,
        "email": email,
        "contactEmail": email,
        "myshopifyDomain": profile.domain,
        "url": f"https://{profile.domain}",
        "ianaTimezone": profile.timezone,
        "timezoneAbbreviation": local.strftime("%Z"),
        "timezoneOffset": local.strftime("%z"),
        "currencyCode": profile.currency,
        "enabledPresentmentCurrencies": [profile.currency, profile.foreign],
        "taxesIncluded": profile.taxes_included,
        "taxShipping": True,
        "createdAt": instant(OPENED),
        "updatedAt": instant(shop.touched),
        "plan": {
            "displayName": "Basic",
            "partnerDevelopment": False,
            "publicDisplayName": "Basic",
            "shopifyPlus": False,
        },
        "unitSystem": "METRIC_SYSTEM",
        "weightUnit": "KILOGRAMS",
    }
