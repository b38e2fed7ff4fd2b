"""Replays and releases: deliveries handed back in portions, each loaded before the next.

Fresh deliveries wait for one portion at the most. A replay that is cut short leaves nothing half
done: what was handed back is loaded by the next pass, and beginning again changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from pipelines.webhooks import WebhookLoad, load_webhooks
from warehouse.connections import Role, connect
from warehouse.events import Choice
from warehouse.replays import PORTION, Kind, begin, count_settled, hand_back, hand_back_ties
from warehouse.settings import Settings
from warehouse.tenants import list_tenants

Connection = psycopg.Connection[tuple[Any, ...]]
OnPortion = Callable[["Replayed"], None]


@dataclass(frozen=True)
class Replayed:
    """How many deliveries are meant, how many were handed back, and what the loads did.

    The loads count what landed meanwhile, too.
    """

    chosen: int
    events: int = 0
    load: WebhookLoad = field(default_factory=WebhookLoad)


def replay(
    settings: Settings,
    choice: Choice,
    kind: Kind = "replay",
    *,
    portion: int = PORTION,
    on_portion: OnPortion = lambda _done: None,
) -> Replayed:
    """Load the chosen deliveries again, oldest first; raises LoadFailed as every load does."""
    with connect(settings, Role.CONTROL, autocommit=True) as connection:
        at = begin(connection)
        choices = _of_each_tenant(connection, choice)
        counts = [count_settled(connection, one, kind, at=at) for one in choices.values()]
        done = Replayed(sum(counts))
        on_portion(done)

        def loaded(events: int) -> None:
            nonlocal done
            load = done.load + load_webhooks(settings)
            done = replace(done, events=done.events + events, load=load)
            on_portion(done)

        for tenant_id, one in choices.items():
            last, is_more = 0, True
            while is_more:
                with connection.transaction():
                    handed = hand_back(connection, one, kind, at=at, after=last, limit=portion)
                    ties = hand_back_ties(connection, tenant_id, at=at, after=last)
                last, is_more = handed.last, bool(handed)
                if is_more:
                    loaded(handed.events + ties.events)
    return done


def _of_each_tenant(connection: Connection, choice: Choice) -> dict[int, Choice]:
    """One choice for each tenant: a tenant's deliveries are found by their index."""
    if choice.tenant_id is not None:
        return {choice.tenant_id: choice}
    return {
        one.tenant_id: replace(choice, tenant_id=one.tenant_id) for one in list_tenants(connection)
    }
