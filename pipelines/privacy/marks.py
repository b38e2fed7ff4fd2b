"""Who was erased, in memory: one tenant's marks, and whether a document is one of theirs.

The one judge of both paths: an erasure asks it about what is stored, each load about what comes. A
document that belongs to a marked one is marked in its turn, so that what refers to it is found.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import SecretStr

from pipelines.privacy.contacts import (
    LARGEST_ID,
    Body,
    customer_of,
    emails_of,
    made_at,
    phones_of,
)
from warehouse.secrets import derived_key
from warehouse.settings import Settings

Kind = Literal["customer", "email", "phone", "order", "checkout", "cart"]
Name = tuple[Kind, str]
# A longer one is no token of Shopify's, and no key of an index.
LONGEST_VALUE = 1_000


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of ``control.erased``; `buyer_key` None where the key is another person's."""

    erased_at: datetime
    buyer_key: UUID | None = None
    had_contact: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """A document as it is judged: its raw table and keys, what it says, when it last changed."""

    table: str
    key: str
    parent: str | None
    body: Body
    updated_at: datetime


def mark_keys(settings: Settings) -> list[bytes]:
    """The keys under which e-mails and phone numbers are marked: the present one, then older."""
    return [
        derived_key(settings.model_copy(update={"secret_key": SecretStr(key)}), "erased")
        for key in settings.encryption_keys
    ]


@dataclass
class Erased:
    """The marks of one tenant; `new` are those that a judged document added."""

    tenant_id: int
    keys: Sequence[bytes]
    marks: dict[Name, Mark] = field(default_factory=dict)
    new: dict[Name, Mark] = field(default_factory=dict)

    def add(self, kind: Kind, value: str, mark: Mark) -> None:
        """Mark a customer, an order…; an e-mail or a phone number is kept as its hash.

        What can be no id is not marked: a delivery that was put aside may hold anything there.
        """
        hidden = kind in ("email", "phone")
        # Documents are stored without NUL, too.
        value = value.replace("\x00", "")
        if not hidden and not _can_be(kind, value):
            return
        name: Name = (kind, self._hash(kind, value, self.keys[0]) if hidden else value)
        known = self.marks.get(name)
        if known is not None:
            mark = replace(
                mark,
                erased_at=max(known.erased_at, mark.erased_at),
                buyer_key=mark.buyer_key or known.buyer_key,
                had_contact=known.had_contact or mark.had_contact,
            )
        if mark != known:
            self.marks[name] = self.new[name] = mark

    def values(self, kind: Kind) -> list[str]:
        """Everything marked of a kind."""
        return [value for (known, value) in self.marks if known == kind]

    def new_orders(self) -> list[int]:
        """The orders that a judged document added."""
        return [int(value) for known, value in self.new if known == "order"]

    def is_theirs(self, thing: Thing) -> bool:
        """Whether a document is an erased person's; what belongs to it is marked, too."""
        match thing.table:
            case "orders":
                return self._order(thing)
            case "checkouts":
                return self._checkout(thing)
            case "customers":
                return self._customer(thing)
            case "customer_merges":
                return self._has("customer", thing.key, thing.parent)
            case "refunds" | "order_edits":
                return self._has("order", thing.parent)
            case "carts":
                return self._has("cart", thing.key)
            case "checkout_deletions":
                return self._has("checkout", thing.key) or self._has("cart", thing.key)
            case _:
                return False

    def contact(self, body: Body, made: datetime) -> Mark | None:
        """The mark of the person that a document names, if it was made before the erasure.

        By customer number, by e-mail, and by phone number where it names neither of them.
        """
        customer, emails = customer_of(body), emails_of(body)
        names: list[Name] = [("customer", str(customer))] if customer else []
        found = self._before(names, made)
        if found is not None:
            return found
        found = self._before(self._hashed("email", emails), made)
        if found is not None:
            # A document of another customer keeps that customer's key.
            return replace(found, buyer_key=None) if customer else found
        if customer or emails:
            return None
        return self._before(self._hashed("phone", phones_of(body)), made)

    def _order(self, thing: Thing) -> bool:
        known = self.marks.get(("order", thing.key))
        person = self.contact(thing.body, made_at(thing.body, thing.updated_at))
        mark = person or known
        if mark is None:
            return False
        key = known.buyer_key if known and known.buyer_key else mark.buyer_key
        contact = bool(emails_of(thing.body))
        self.add("order", thing.key, Mark(mark.erased_at, key, contact))
        for kind, names in _TOKENS.items():
            for name in names:
                if token := thing.body.get(name):
                    self.add(kind, str(token), Mark(mark.erased_at))
        return True

    def _checkout(self, thing: Thing) -> bool:
        person = self.contact(thing.body, made_at(thing.body, thing.updated_at))
        mark = person or self.marks.get(("checkout", thing.key))
        if mark is None:
            return False
        contact = bool(emails_of(thing.body) or phones_of(thing.body))
        self.add("checkout", thing.key, Mark(mark.erased_at, mark.buyer_key, contact))
        if thing.parent:
            self.add("cart", thing.parent, Mark(mark.erased_at))
        return True

    def _customer(self, thing: Thing) -> bool:
        if self._has("customer", thing.key):
            return True
        made = made_at(thing.body, thing.updated_at)
        mark = self._before(self._hashed("email", emails_of(thing.body)), made)
        if mark is None:
            return False
        self.add("customer", thing.key, Mark(mark.erased_at))
        return True

    def _has(self, kind: Kind, *values: str | None) -> bool:
        return any(value is not None and (kind, value) in self.marks for value in values)

    def _before(self, names: Sequence[Name], made: datetime) -> Mark | None:
        found = [self.marks[name] for name in names if name in self.marks]
        return next((mark for mark in found if made <= mark.erased_at), None)

    def _hashed(self, kind: Kind, values: set[str]) -> list[Name]:
        if not any(known == kind for known, _ in self.marks):
            return []
        return [(kind, self._hash(kind, value, key)) for value in values for key in self.keys]

    def _hash(self, kind: str, value: str, key: bytes) -> str:
        text = f"{self.tenant_id}:{kind}:{value}"
        return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _can_be(kind: Kind, value: str) -> bool:
    """Whether a document can be stored under this id or token."""
    if kind in ("customer", "order"):
        is_number = value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_ID))
        return is_number and 0 < int(value) <= LARGEST_ID
    return 0 < len(value) <= LONGEST_VALUE


_TOKENS: Mapping[Kind, tuple[str, ...]] = {
    "checkout": ("checkoutToken", "checkout_token"),
    "cart": ("cartToken", "cart_token"),
}
_READ = """
select kind, value, erased_at, buyer_key, had_contact from control.erased where tenant_id = %s
"""
_WRITE = """
insert into control.erased as kept (tenant_id, kind, value, buyer_key, had_contact, erased_at)
select %s, * from unnest(%s::text[], %s::text[], %s::uuid[], %s::boolean[], %s::timestamptz[])
on conflict (tenant_id, kind, value) do update
set buyer_key = coalesce(excluded.buyer_key, kept.buyer_key),
    had_contact = kept.had_contact or excluded.had_contact,
    erased_at = greatest(kept.erased_at, excluded.erased_at)
"""


def read_marks(connection: Any, settings: Settings, tenant_id: int) -> Erased:  # noqa: ANN401
    """The marks of a tenant, none in most."""
    marks: dict[Name, Mark] = {
        (kind, value): Mark(*mark) for kind, value, *mark in connection.execute(_READ, [tenant_id])
    }
    return Erased(tenant_id, mark_keys(settings), marks)


def write_marks(connection: Any, erased: Erased) -> None:  # noqa: ANN401
    """Store the marks that were added; the same again changes nothing."""
    if not erased.new:
        return
    kinds, values = zip(*erased.new, strict=True)
    marks = list(erased.new.values())
    connection.execute(
        _WRITE,
        [
            *(erased.tenant_id, list(kinds), list(values)),
            [mark.buyer_key for mark in marks],
            [mark.had_contact for mark in marks],
            [mark.erased_at for mark in marks],
        ],
    )
    erased.new.clear()
