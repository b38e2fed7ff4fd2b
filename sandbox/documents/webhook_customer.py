"""Bodies of `customers/*`, and the customer inside an order's body."""

from __future__ import annotations

from sandbox.documents.parts import Document, local
from sandbox.documents.webhook_parts import address_body
from sandbox.facts import CustomerSaved, CustomersMerged
from sandbox.identifiers import gid
from sandbox.state.shop import Shop


def customer_body(shop: Shop, customer_id: int) -> Document:
    """A customer record; since 2024-10 it counts no orders."""
    saved, profile = shop.customers[customer_id], shop.profile
    return {
        **_common(shop, saved),
        "created_at": local(saved.created_at, profile),
        "updated_at": local(shop.customer_touched[customer_id], profile),
        "addresses": [],
    }


def customer_in_order(shop: Shop, customer_id: int | None) -> Document | None:
    """The buyer as an order shows them; a guest's order has none."""
    if customer_id is None:
        return None
    saved, profile = shop.customers[customer_id], shop.profile
    return {
        **_common(shop, saved),
        "created_at": local(saved.created_at, profile),
        "updated_at": local(shop.customer_touched[customer_id], profile),
        "default_address": {
            **{k: v for k, v in address_body(profile, customer_id).items() if k not in _UNKNOWN},
            "id": customer_id,
            "customer_id": customer_id,
            "country_name": profile.country_name,
            "default": True,
        },
    }


_UNKNOWN = ("latitude", "longitude")


def _common(shop: Shop, saved: CustomerSaved) -> Document:
    return {
        "id": saved.customer_id,
        "admin_graphql_api_id": gid("Customer", saved.customer_id),
        "email": saved.email,
        "first_name": saved.first_name,
        "last_name": saved.last_name,
        "state": "disabled",
        "note": saved.note,
        "verified_email": saved.email is not None,
        "multipass_identifier": None,
        "tax_exempt": False,
        "phone": saved.phone,
        "email_marketing_consent": {
            "state": "not_subscribed",
            "opt_in_level": None,
            "consent_updated_at": None,
        },
        "sms_marketing_consent": None,
        "tags": ", ".join(saved.tags),
        "currency": shop.profile.currency,
        "tax_exemptions": [],
    }


def deleted_customer_body(customer_id: int) -> Document:
    """What is left to say of a deleted record."""
    return {
        "id": customer_id,
        "phone": None,
        "addresses": [],
        "tax_exemptions": [],
        "email_marketing_consent": None,
        "sms_marketing_consent": None,
        "admin_graphql_api_id": gid("Customer", customer_id),
    }


def merge_body(merged: CustomersMerged) -> Document:
    """Two records have become one."""
    return {
        "admin_graphql_api_customer_kept_id": gid("Customer", merged.kept_id),
        "admin_graphql_api_customer_deleted_id": gid("Customer", merged.deleted_id),
        "admin_graphql_api_job_id": None,
        "status": "completed",
        "errors": [],
    }
