"""Who a request is about: one person's numbers, e-mails and phone numbers, and the buyers they are.

Two customers that were merged are one person, and so is the guest who left the same e-mail.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg

from pipelines.build.identity import hash_keys
from pipelines.privacy.contacts import emails_of, normal_email, normal_phone, phones_of
from pipelines.privacy.marks import Erased, Kind, Mark
from pipelines.privacy.stored import Traces
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
Merges = Mapping[int, int | None]
_MERGES = "select id, parent_id from raw.customer_merges where tenant_id = %s"
_BY_NUMBER = "select id, payload::text from raw.customers where tenant_id = %s and id = any(%s)"
_BY_CONTACT = """
select id from raw.customers where tenant_id = %s and (
    lower(trim(coalesce(payload #>> '{defaultEmailAddress,emailAddress}', payload ->> 'email')))
        = any(%s)
    or (%s and regexp_replace(regexp_replace(
        coalesce(payload #>> '{defaultPhoneNumber,phoneNumber}', payload ->> 'phone'),
        '[^0-9]', '', 'g'
    ), '^00', '') = any(%s))
)
"""
_BUYERS = """
select identity_hash, buyer_key from control.buyers
where tenant_id = %s and identity_hash = any(%s)
"""
_OF_CUSTOMERS = """
select customer_id, buyer_key from control.customer_buyers
where tenant_id = %s and customer_id = any(%s)
"""


@dataclass(frozen=True)
class Asked:
    """Whom a request names, in its own spelling; anything but all of it may be missing."""

    customer: int | None = None
    email: str | None = None
    phone: str | None = None
    orders: tuple[int, ...] = ()

    @property
    def names_somebody(self) -> bool:
        """Whether there is anything to find a person by."""
        return bool(
            self.customer or self.orders or normal_email(self.email) or normal_phone(self.phone)
        )


@dataclass(frozen=True)
class Person:
    """A person as found; `buyers` the key that the documents of each identity keep."""

    traces: Traces
    orders: tuple[int, ...]
    buyers: Mapping[tuple[Kind, str], UUID]
    hashes: list[bytes] = field(repr=False)

    def mark(self, erased: Erased, at: datetime) -> None:
        """Mark the person, and the orders that the request itself names."""
        for (kind, value), key in self.buyers.items():
            erased.add(kind, value, Mark(at, key))
        for order in self.orders:
            erased.add("order", str(order), Mark(at, next(iter(self.buyers.values()), None)))


def find_person(connection: Connection, settings: Settings, tenant_id: int, asked: Asked) -> Person:
    """Everything by which the person that a request names is known."""
    emails, phones = _set(normal_email(asked.email)), _set(normal_phone(asked.phone))
    needles = {*emails, *_spelled(asked.phone)}
    customers = {asked.customer} if asked.customer else set[int]()
    # By a phone number alone only where nothing else is named: two people may share one.
    alone = not (asked.customer or emails)
    if emails or (alone and phones):
        found = connection.execute(_BY_CONTACT, [tenant_id, list(emails), alone, list(phones)])
        customers |= {row[0] for row in found}
    merges: Merges = dict(connection.execute(_MERGES, [tenant_id]).fetchall())
    customers = _joined(customers, merges)
    for _, payload in connection.execute(_BY_NUMBER, [tenant_id, sorted(customers)]).fetchall():
        body = orjson.loads(payload)
        emails |= emails_of(body)
        phones |= phones_of(body)
        needles |= emails_of(body) | _spelled_in(body)
    texts = _identities(tenant_id, customers, emails, phones, merges)
    hashes = {name: _hashes(settings, text) for name, text in texts.items()}
    return Person(
        traces=Traces(
            frozenset(customers), frozenset(emails), frozenset(phones), frozenset(needles)
        ),
        orders=asked.orders,
        buyers=_buyers(connection, tenant_id, hashes, merges),
        hashes=[one for known in hashes.values() for one in known],
    )


def _identities(
    tenant_id: int,
    customers: Iterable[int],
    emails: Iterable[str],
    phones: Iterable[str],
    merges: Merges,
) -> dict[tuple[Kind, str], str]:
    """The texts that identities are hashed from, as a build writes them (identities.sql)."""
    texts: dict[tuple[Kind, str], str] = {}
    for customer in sorted(customers):
        texts["customer", str(customer)] = f"{tenant_id}:customer:{_kept(customer, merges)}"
    texts |= {("email", one): f"{tenant_id}:email:{one}" for one in sorted(emails)}
    texts |= {("phone", one): f"{tenant_id}:phone:{one}" for one in sorted(phones)}
    return texts


def _buyers(
    connection: Connection,
    tenant_id: int,
    hashes: Mapping[tuple[Kind, str], list[bytes]],
    merges: Merges,
) -> dict[tuple[Kind, str], UUID]:
    """The buyer of each identity; a person who has none yet gets one key for all documents."""
    every = [one for known in hashes.values() for one in known]
    by_hash = {
        bytes(one): key for one, key in connection.execute(_BUYERS, [tenant_id, every]).fetchall()
    }
    numbers = [int(value) for kind, value in hashes if kind == "customer"]
    numbers += [_kept(one, merges) for one in numbers]
    by_number: dict[int, UUID] = dict(
        connection.execute(_OF_CUSTOMERS, [tenant_id, numbers]).fetchall()
    )
    otherwise, found = uuid4(), dict[tuple[Kind, str], UUID]()
    for (kind, value), known in hashes.items():
        key = next((by_hash[one] for one in known if one in by_hash), None)
        if key is None and kind == "customer":
            key = by_number.get(_kept(int(value), merges)) or by_number.get(int(value))
        found[kind, value] = key or otherwise
    return found


def _hashes(settings: Settings, text: str) -> list[bytes]:
    """The keyed hash of an identity under each secret key, as hash_identities.sql makes it."""
    made = []
    for secret in settings.encryption_keys:
        keys = hash_keys(settings, secret)
        inner = hashlib.sha256(keys["inner"] + text.encode("utf-8", "replace")).digest()
        made.append(hashlib.sha256(keys["outer"] + inner).digest())
    return made


def _joined(customers: set[int], merges: Merges) -> set[int]:
    """All customers that merges join with these."""
    joined = set(customers)
    while True:
        more = {
            one
            for pair in merges.items()
            if joined & {one for one in pair if one is not None}
            for one in pair
            if one is not None
        }
        if more <= joined:
            return joined
        joined |= more


def _kept(customer: int, merges: Merges) -> int:
    """The end of a chain of merges."""
    seen = {customer}
    while (kept := merges.get(customer)) is not None and kept not in seen:
        seen.add(kept)
        customer = kept
    return customer


def _set(value: str | None) -> set[str]:
    return {value} if value else set()


def _spelled(phone: object) -> set[str]:
    """A phone number as it is written, if it cannot be a part of some other number."""
    if not isinstance(phone, str) or normal_phone(phone) is None or phone.strip().isdigit():
        return set()
    return {phone.strip().lower()}


def _spelled_in(body: Mapping[str, Any]) -> set[str]:
    inner = body.get("defaultPhoneNumber")
    return _spelled(body.get("phone")) | _spelled(
        inner.get("phoneNumber") if isinstance(inner, dict) else None
    )
