"""The body of `shop/update` and of `app/uninstalled`: the shop itself."""

from __future__ import annotations

from sandbox.documents.parts import Document, local
from sandbox.state.shop import OPENED, Shop

LOCATION = 655_441_491


def shop_body(shop: Shop) -> Document:
    """The shop as it stands."""
    profile = shop.profile
    email = f"owner@{profile.domain}"
    return {
        "id": profile.shop_id,
        "name": profile.name,
        "email": email,
        "customer_email": email,
        "domain": profile.domain,
        "myshopify_domain": profile.domain,
        "created_at": local(OPENED, profile),
        "updated_at": local(shop.touched, profile),
        "country": profile.country,
        "country_code": profile.country,
        "country_name": profile.country_name,
        "province": profile.province,
        "province_code": profile.province_code,
        "currency": profile.currency,
        "enabled_presentment_currencies": [profile.currency, profile.foreign],
        "timezone": f"(GMT{shop.touched.astimezone(profile.zone):%z}) {profile.timezone}",
        "iana_timezone": profile.timezone,
        "taxes_included": profile.taxes_included,
        "primary_location_id": LOCATION,
        **_plain(profile.name, profile.currency),
        **_flags(),
        **dict.fromkeys(_EMPTY),
    }


# fmt: off
_EMPTY = (
    "address2", "source", "latitude", "longitude", "auto_configure_tax_inclusivity",
    "google_apps_domain", "google_apps_login_enabled",
)
# fmt: on


def _plain(name: str, currency: str) -> Document:
    return {
        "address1": "1 Market Street",
        "zip": "10001",
        "city": "Harbour",
        "phone": "5550100",
        "primary_locale": "en",
        "shop_owner": f"Owner of {name}",
        "money_format": "{{amount}}",
        "money_with_currency_format": f"{{{{amount}}}} {currency}",
        "money_in_emails_format": "{{amount}}",
        "money_with_currency_in_emails_format": f"{{{{amount}}}} {currency}",
        "weight_unit": "kg",
        "plan_display_name": "Basic",
        "plan_name": "basic",
    }


def _flags() -> Document:
    return {
        "tax_shipping": True,
        "county_taxes": True,
        "has_discounts": True,
        "has_gift_cards": True,
        "eligible_for_payments": True,
        "requires_extra_payments_agreement": False,
        "password_enabled": False,
        "has_storefront": True,
        "finances": True,
        "checkout_api_supported": True,
        "multi_location_enabled": True,
        "setup_required": False,
        "pre_launch_enabled": False,
        "marketing_sms_consent_enabled_at_checkout": False,
        "transactional_sms_disabled": False,
    }
