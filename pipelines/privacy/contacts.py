"""Who a document is about: Shopify's customer number, e-mails and phone numbers, as matched."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

Body = Mapping[str, Any]
# Fewer digits than a phone number has say nothing about a person.
FEWEST_DIGITS = 5
LARGEST_ID = 2**63 - 1
_NUMBER = re.compile(r"(\d{1,19})$", re.ASCII)


def number_of(value: object) -> int | None:
    """The number of a plain id or at the end of a gid; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    found = _NUMBER.search(str(value).partition("?")[0])
    return int(found[1]) if found else None


def normal_email(value: object) -> str | None:
    """An e-mail as identities compare it (METRICS.md, Customers); None when there is none."""
    return value.strip().lower() or None if isinstance(value, str) else None


def normal_phone(value: object) -> str | None:
    """The digits of a phone number, without the 00 before a country; None when too few."""
    digits = re.sub(r"[^0-9]", "", value) if isinstance(value, str) else ""
    digits = digits.removeprefix("00")
    return digits if len(digits) >= FEWEST_DIGITS else None


def customer_of(body: Body) -> int | None:
    """The customer that a document names."""
    return number_of(_in(body, "customer", "id"))


def emails_of(body: Body) -> set[str]:
    """Every e-mail by which a document's person can be reached."""
    return _known(
        normal_email(value)
        for value in (
            *(body.get("email"), body.get("contact_email")),
            *(_in(body, "customer", "email"), _in(body, "defaultEmailAddress", "emailAddress")),
            _in(_object(body.get("customer")), "defaultEmailAddress", "emailAddress"),
        )
    )


def phones_of(body: Body) -> set[str]:
    """Every phone number by which a document's person can be reached."""
    return _known(
        normal_phone(value)
        for value in (
            *(body.get("phone"), _in(body, "customer", "phone")),
            _in(body, "defaultPhoneNumber", "phoneNumber"),
            _in(_object(body.get("customer")), "defaultPhoneNumber", "phoneNumber"),
        )
    )


def made_at(body: Body, otherwise: datetime) -> datetime:
    """When the thing was made; where its document does not say, as given."""
    stated = body.get("createdAt") or body.get("created_at")
    try:
        made = datetime.fromisoformat(str(stated))
    except ValueError:
        return otherwise
    return made if made.tzinfo else otherwise


def _known(values: Iterable[str | None]) -> set[str]:
    return {value for value in values if value}


def _object(value: object) -> Body:
    return value if isinstance(value, dict) else {}


def _in(body: Body, outer: str, inner: str) -> object:
    return _object(body.get(outer)).get(inner)
