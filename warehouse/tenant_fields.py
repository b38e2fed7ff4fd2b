"""What the fields of a tenant may hold: each check answers the kept form or names what is wrong."""

import re
import unicodedata
from datetime import datetime

from warehouse.errors import InvalidField, InvalidShopDomain
from warehouse.secrets import Credentials

SHOP_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com")
LONGEST_NAME = 200
LONGEST_CREDENTIAL = 1_000
LONGEST_REASON = 500
# The longest wait is a month: Shopify itself keeps an idle checkout for one.
LONGEST_ABANDONMENT_MINUTES = 43_200


def normal_shop_domain(given: str) -> str:
    """The domain in lower case, without scheme or slash; raises InvalidShopDomain."""
    domain = given.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    if not SHOP_DOMAIN.fullmatch(domain):
        raise InvalidShopDomain(given)
    return domain


def checked_name(name: str) -> str:
    """The trimmed name; raises InvalidField when empty, too long or with control characters."""
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= LONGEST_NAME:
        raise InvalidField("name", f"must have 1 to {LONGEST_NAME} characters")
    # Control characters and lone surrogates, which Postgres does not store.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in trimmed):
        raise InvalidField("name", "must have no control characters")
    return trimmed


def check_credentials(credentials: Credentials) -> None:
    """Refuse a credential that cannot be one, by its name and without showing it."""
    names = {
        "webhookSecret": credentials.webhook_secret,
        "previousWebhookSecret": credentials.previous_webhook_secret,
        "accessToken": credentials.access_token,
        "clientId": credentials.client_id,
        "clientSecret": credentials.client_secret,
        "refreshToken": credentials.refresh_token,
    }
    for field, value in names.items():
        if value is None and field != "webhookSecret":
            continue
        if not value or not value.isascii() or not value.isprintable() or value != value.strip():
            raise InvalidField(field, "must be a text of printable ASCII without spaces around it")
        if len(value) > LONGEST_CREDENTIAL:
            raise InvalidField(field, f"must have at most {LONGEST_CREDENTIAL} characters")
    if credentials.refresh_token and not credentials.client_id:
        raise InvalidField("refreshToken", "needs the clientId of the app that it belongs to")
    for field, moment in (
        ("accessTokenExpiresAt", credentials.access_token_expires_at),
        ("refreshTokenExpiresAt", credentials.refresh_token_expires_at),
    ):
        if moment is not None and not _is_moment(moment):
            raise InvalidField(field, "must be a time with its zone, like 2026-11-01T09:30:00Z")


def checked_minutes(minutes: int) -> int:
    """Minutes until an open checkout counts as abandoned; raises InvalidField."""
    if not 1 <= minutes <= LONGEST_ABANDONMENT_MINUTES:
        raise InvalidField(
            "abandonmentMinutes", f"must be 1 to {LONGEST_ABANDONMENT_MINUTES} (30 days)"
        )
    return minutes


def checked_reason(reason: str) -> str:
    """The trimmed reason of a pause on one line; raises InvalidField when nothing is left of it."""
    words = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    if not words:
        raise InvalidField("reason", "must say why, in a few words")
    return words[:LONGEST_REASON]


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
