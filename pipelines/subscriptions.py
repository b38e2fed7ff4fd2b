"""The webhook subscriptions of a shop: compared with what is wanted, made, repaired.

Only our own are touched: those that bear our name, or whose address ends as that of our endpoint.
What the app's configuration file subscribes to is invisible to the API, and so left alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from pipelines.access import tenant_client
from pipelines.errors import BadAddress
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import document, grants
from pipelines.shopify.scopes import read_scopes
from pipelines.subscription_topics import WANTED, WantedTopic
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import Tenant, get_tenant
from warehouse.webhook_watch import remember_address

ENDPOINT = "/api/v1/webhook/shopify"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_ADDRESS = 2_000

State = Literal["right", "missing", "wrong", "double", "scope missing"]
Deed = Literal["kept", "created", "repaired", "deleted", "left out", "refused"]
Node = Mapping[str, Any]


@dataclass(frozen=True)
class Subscription:
    """How one wanted topic stands; ``ours`` are the subscriptions of ours that it has."""

    wanted: WantedTopic
    state: State
    told: str
    ours: tuple[Node, ...] = ()

    @property
    def topic(self) -> str:
        """The topic as headers write it."""
        return self.wanted.topic


@dataclass(frozen=True)
class Registered:
    """What was done about one topic, and Shopify's words where it refused."""

    topic: str
    deed: Deed
    told: str = ""


@dataclass(frozen=True)
class Standing:
    """Topics that lack a right subscription, and those whose missing one was made again.

    Without an address nothing of ours is subscribed by the API.
    """

    address: str | None = None
    missing: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()


def check(settings: Settings, tenant_id: int, *, address: str | None = None) -> list[Subscription]:
    """How each wanted topic stands; without an address the one that most of ours have is right."""
    if address is not None:
        address = checked_address(address)
    with connect(settings, Role.LOADER) as connection:
        tenant = get_tenant(connection, tenant_id)
    with tenant_client(settings, tenant) as client:
        return examined(client, read_scopes(client), address=address)


def register(
    settings: Settings,
    tenant_id: int,
    *,
    address: str,
    on_progress: Callable[[Registered], None] = lambda _: None,
) -> list[Registered]:
    """Make every wanted subscription right; doing it again changes nothing."""
    address = checked_address(address)
    done: list[Registered] = []
    with connect(settings, Role.LOADER) as connection:
        tenant = get_tenant(connection, tenant_id)
    with tenant_client(settings, tenant) as client:
        for one in examined(client, read_scopes(client), address=address):
            for deed in _made_right(client, one, address):
                done.append(deed)
                on_progress(deed)
    if any(one.deed != "refused" for one in done):
        with connect(settings, Role.LOADER) as connection:
            remember_address(connection, tenant.tenant_id, address)
    return done


def stand(settings: Settings, tenant: Tenant, *, address: str | None) -> Standing:
    """Make missing subscriptions again at the address where we had made them, and look at the rest.

    Without an address that of the subscriptions that bear our name; where there are none we have
    never subscribed, so none is missing.
    """
    with tenant_client(settings, tenant) as client:
        address = address or _commonest([str(one["uri"]) for one in _all(client) if _is_named(one)])
        if address is None:
            return Standing()
        found = examined(client, read_scopes(client), address=address)
        made = [
            deed
            for one in found
            if one.state == "missing"
            for deed in _made_right(client, one, address)
        ]
    created = tuple(one.topic for one in made if one.deed == "created")
    faulty = [one.topic for one in found if one.state in ("missing", "wrong")]
    return Standing(address, tuple(one for one in faulty if one not in created), created)


def examined(
    client: ShopifyClient, scopes: Collection[str], *, address: str | None
) -> list[Subscription]:
    """How each wanted topic stands at a shop."""
    ours = [node for node in _all(client) if node["uri"] == address or _is_ours(node)]
    right = address or _commonest([str(node["uri"]) for node in ours])
    by_topic: dict[str, list[Node]] = defaultdict(list)
    for node in ours:
        by_topic[str(node["topic"])].append(node)
    granted = frozenset(scopes)
    return [_judged(one, by_topic[one.enum], right, granted) for one in WANTED]


def _is_ours(node: Node) -> bool:
    """Whether a subscription is one that we made, wherever it points to."""
    return _is_named(node) or urlsplit(str(node["uri"])).path.rstrip("/").endswith(ENDPOINT)


def _is_named(node: Node) -> bool:
    return str(node.get("name") or "").startswith("shopmart-")


def checked_address(given: str) -> str:
    """An address that Shopify can deliver to; raises BadAddress."""
    address = given.strip()
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadAddress(f"address: {given[:100]!a} is no web address") from None
    if not address.isascii() or not address.isprintable() or " " in address:
        raise BadAddress("address: must be printable ASCII without spaces")
    if len(address) > LONGEST_ADDRESS:
        raise BadAddress(f"address: must have at most {LONGEST_ADDRESS} characters")
    if not host or parts.scheme not in ("https", "http"):
        raise BadAddress(f"address: {given[:100]!a} is no web address")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise BadAddress("address: Shopify delivers to https addresses only")
    if parts.username or parts.password or parts.fragment:
        raise BadAddress("address: must hold neither a user nor a fragment")
    if parts.path.strip("/") == "":
        raise BadAddress("address: names a host, and not the endpoint that takes webhooks")
    return address


def _all(client: ShopifyClient) -> list[Node]:
    found: list[Node] = []
    after: str | None = None
    while True:
        page = client.query(document("subscriptions"), {"after": after})["webhookSubscriptions"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _commonest(addresses: Sequence[str]) -> str | None:
    return max(addresses, key=addresses.count) if addresses else None


def _judged(
    wanted: WantedTopic, ours: Sequence[Node], address: str | None, granted: frozenset[str]
) -> Subscription:
    # The one to keep comes first: the right one, if there is one.
    nodes = tuple(sorted(ours, key=lambda node: bool(_faults(node, address))))
    one = Subscription(wanted, "right", address or "", nodes)
    if wanted.scope and not grants(granted, [wanted.scope]):
        return replace(one, state="scope missing", told=f"needs the scope {wanted.scope}")
    if not nodes:
        return replace(one, state="missing", told="no subscription")
    if faults := _faults(nodes[0], address):
        return replace(one, state="wrong", told="; ".join(faults))
    if len(nodes) > 1:
        return replace(one, state="double", told=f"{len(nodes)} subscriptions")
    return one


def _faults(node: Node, address: str | None) -> list[str]:
    faults = []
    if node["uri"] != address:
        faults.append(f"goes to {node['uri']}")
    if node["format"] != "JSON":
        faults.append(f"is sent as {node['format']}")
    if node["filter"]:
        faults.append("is filtered")
    if node["includeFields"]:
        faults.append("leaves fields out")
    return faults


def _made_right(client: ShopifyClient, one: Subscription, address: str) -> list[Registered]:
    wanted = {
        "uri": address,
        "format": "JSON",
        "filter": "",
        "includeFields": [],
        "name": one.wanted.name,
    }
    if one.state == "scope missing":
        return [Registered(one.topic, "left out", one.told)]
    done: list[Registered] = []
    # A second one is taken away first: Shopify refuses two of one topic to one address.
    for spare in one.ours[1:]:
        done.append(_asked(client, one, "deleted", "subscription_delete", {"id": spare["id"]}))
    if one.state == "missing":
        variables = {"topic": one.wanted.enum, "wanted": wanted}
        done.append(_asked(client, one, "created", "subscription_create", variables))
    elif one.state == "wrong":
        variables = {"id": one.ours[0]["id"], "wanted": wanted}
        done.append(_asked(client, one, "repaired", "subscription_update", variables))
    elif not done:
        done.append(Registered(one.topic, "kept"))
    return done


def _asked(
    client: ShopifyClient, one: Subscription, deed: Deed, name: str, variables: dict[str, Any]
) -> Registered:
    errors = client.query(document(name), variables)["answer"]["userErrors"]
    if errors:
        words = "; ".join(str(error["message"]) for error in errors)
        return Registered(one.topic, "refused", words)
    return Registered(one.topic, deed, one.told if deed == "repaired" else "")
