"""Which scopes a type or field needs (access.json, distilled from Shopify's own table).

Also the two levels of protected customer data: without level 1 the app sees no customer, without
level 2 neither names nor addresses, e-mails or phone numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

TABLE = Path(__file__).with_name("access.json")
CUSTOMER_DATA = ("none", "level1", "level2")
_PERSONAL = {
    "Customer": ("firstName", "lastName", "displayName", "email", "phone", "addresses"),
    "Order": ("email", "phone", "billingAddress", "shippingAddress"),
    "AbandonedCheckout": ("billingAddress", "shippingAddress"),
}
_PERSONAL_TYPES = ("CustomerEmailAddress", "CustomerPhoneNumber", "MailingAddress")
_PROTECTED = "https://shopify.dev/docs/apps/launch/protected-customer-data"

Place = tuple[str, str]


@dataclass(frozen=True)
class Denial:
    """Why a field is not answered, in Shopify's words."""

    message: str
    required: str | None = None


@cache
def needs() -> Mapping[str, tuple[str, ...]]:
    """`Type` or `Type.field` with the scopes of which one must be granted."""
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    return {name: tuple(row["anyOf"]) for row in rows for name in row["of"]}


@cache
def denied(
    schema: GraphQLSchema, scopes: tuple[str, ...], customer_data: str
) -> Mapping[Place, Denial]:
    """Every (type, field) of the subset that an app with these scopes may not select."""
    found: dict[Place, Denial] = {}
    for owner in schema.type_map.values():
        if not isinstance(owner, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for name, field in owner.fields.items():
            target = get_named_type(field.type).name.removesuffix("Connection")
            denial = _scope(owner.name, name, target, scopes) or _level(
                owner.name, name, target, customer_data
            )
            if denial and not owner.name.startswith("__"):
                found[owner.name, name] = denial
    return found


def type_denied(kind: str, scopes: tuple[str, ...]) -> Denial | None:
    """Whether a thing of this type may not be looked up by its id."""
    return _lacking(kind, kind, scopes)


def _scope(owner: str, name: str, target: str, scopes: tuple[str, ...]) -> Denial | None:
    return _lacking(f"{owner}.{name}", name, scopes) or _lacking(target, name, scopes)


def _lacking(key: str, name: str, scopes: tuple[str, ...]) -> Denial | None:
    wanted = needs().get(key, ())
    # Who may write may read.
    held = set(scopes) | {scope.replace("write_", "read_", 1) for scope in scopes}
    if not wanted or held.intersection(wanted):
        return None
    required = " or ".join(f"`{scope}` access scope" for scope in wanted) + "."
    return Denial(f"Access denied for {name} field. Required access: {required}", required)


def _level(owner: str, name: str, target: str, level: str) -> Denial | None:
    if level == "none" and target == "Customer":
        return Denial(
            f"This app is not approved to access the Customer object. See {_PROTECTED} "
            "for more details."
        )
    personal = name in _PERSONAL.get(owner, ()) or target in _PERSONAL_TYPES
    if level != CUSTOMER_DATA[-1] and personal:
        return Denial(
            f"This app is not approved to use the {name} field. See {_PROTECTED} for more details."
        )
    return None
