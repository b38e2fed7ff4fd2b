"""The webhook subscriptions that an app has made at one shop through the Admin API."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from sandbox.identifiers import Identifiers, gid

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CLOUD = ("pubsub://", "arn:aws:events:")
FORMATS = ("JSON", "XML")


class Refused(Exception):
    """Raised for what Shopify answers with a user error; holds the field and the message."""

    def __init__(self, field: list[str], message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Subscription:
    """One subscription, as its last change left it."""

    number: int
    topic: str
    uri: str
    created_at: datetime
    updated_at: datetime
    format: str = "JSON"
    filter: str | None = None
    name: str | None = None
    include_fields: tuple[str, ...] = ()
    metafield_namespaces: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The global id."""
        return gid("WebhookSubscription", self.number)

    @property
    def wire_topic(self) -> str:
        """The topic as the other side writes it: orders/create is ORDERS_CREATE."""
        return self.topic.lower()

    @property
    def is_deliverable(self) -> bool:
        """Whether the sandbox sends there: its own machine only, and JSON only."""
        return self.format == "JSON" and _host(self.uri) in _LOOPBACK


class Subscriptions:
    """Kept by number; requests and the courier's thread meet here."""

    def __init__(self) -> None:
        self._ids = Identifiers()
        self._lock = threading.Lock()
        self._kept: dict[int, Subscription] = {}

    def all(self) -> list[Subscription]:
        """Every subscription, oldest first."""
        with self._lock:
            return list(self._kept.values())

    def find(self, number: int) -> Subscription | None:
        """The subscription of this number."""
        return self._kept.get(number)

    def to(self, topic: str) -> list[Subscription]:
        """Those of a topic in its webhook form."""
        wanted = topic.replace("/", "_")
        return [one for one in self.all() if one.wire_topic == wanted]

    def create(self, topic: str, at: datetime, wishes: dict[str, object]) -> Subscription:
        """A new one; raises Refused."""
        with self._lock:
            made = Subscription(0, topic, "", at, at)
            made = self._changed(made, at, wishes)
            made = replace(made, number=self._ids.next("WebhookSubscription"))
            self._kept[made.number] = made
            return made

    def update(self, number: int, at: datetime, wishes: dict[str, object]) -> Subscription:
        """A changed one; raises Refused."""
        with self._lock:
            known = self._kept.get(number)
            if known is None:
                raise Refused(["id"], "Webhook subscription does not exist")
            changed = self._changed(known, at, wishes)
            self._kept[number] = changed
            return changed

    def delete(self, number: int) -> bool:
        """Take one away; whether there was one."""
        with self._lock:
            return self._kept.pop(number, None) is not None

    def clear(self) -> None:
        """Take all away: the app is gone."""
        with self._lock:
            self._kept.clear()

    def _changed(
        self, known: Subscription, at: datetime, wishes: dict[str, object]
    ) -> Subscription:
        changed = replace(known, updated_at=at, **wishes)  # type: ignore[arg-type]
        _check_address(changed.uri)
        for other in self._kept.values():
            same = (other.topic, other.uri, other.format) == (
                changed.topic,
                changed.uri,
                changed.format,
            )
            if same and other.filter == changed.filter and other.number != changed.number:
                raise Refused(_ADDRESS, "Address for this topic has already been taken")
        return changed


_ADDRESS = ["webhookSubscription", "callbackUrl"]


def _check_address(uri: str) -> None:
    """Shopify takes https and two clouds; plain http is the sandbox's own allowance to itself."""
    if uri.startswith(_CLOUD):
        return
    if not uri:
        raise Refused(_ADDRESS, "Address can't be blank")
    host = _host(uri)
    if not host or not uri.startswith(("http://", "https://")):
        raise Refused(_ADDRESS, "Address is invalid")
    if uri.startswith("http://") and host not in _LOOPBACK:
        raise Refused(_ADDRESS, "Address protocol http:// is not supported")


def _host(uri: str) -> str | None:
    try:
        return urlsplit(uri).hostname
    except ValueError:
        return None
