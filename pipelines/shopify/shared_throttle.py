"""A shop's cost bucket in ``control.query_costs``: every process and thread reserves from it.

Each step is one short statement by the clock of the database, so that nobody's clock matters.
"""

import threading
from typing import Any

import psycopg

from pipelines.shopify.throttle import LONGEST_QUEUE, Cost, charged, stated_bucket
from warehouse.connections import Role, open_connection
from warehouse.settings import Settings

_RESERVE = """
update control.query_costs set
    measured_at = clock_timestamp(),
    available = greatest(
        least(
            maximum,
            available + restore_rate
            * greatest(extract(epoch from clock_timestamp() - measured_at), 0)
        ) - least(%(points)s, maximum),
        -%(queue)s * maximum
    )
where tenant_id = %(tenant_id)s
returning (greatest(-available, 0) / restore_rate)::float8
"""
# What others have reserved and Shopify has not charged yet stays reserved: take the lower figure.
_SETTLE = """
insert into control.query_costs as known (tenant_id, available, maximum, restore_rate)
values (%(tenant_id)s, %(available)s, %(maximum)s, %(rate)s)
on conflict (tenant_id) do update set
    measured_at = clock_timestamp(),
    maximum = excluded.maximum,
    restore_rate = excluded.restore_rate,
    available = least(
        least(
            known.maximum,
            known.available + known.restore_rate
            * greatest(extract(epoch from clock_timestamp() - known.measured_at), 0)
        ) + %(given_back)s,
        excluded.available
    )
"""


class SharedThrottle:
    """The bucket of one tenant's shop; its methods may be called by several threads."""

    def __init__(self, settings: Settings, tenant_id: int) -> None:
        self._settings = settings
        self._tenant_id = tenant_id
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def reserve(self, points: float) -> float:
        """Take the points of a query; answers how many seconds to wait before sending it."""
        row = self._execute(_RESERVE, {"points": points, "queue": LONGEST_QUEUE})
        return float(row[0]) if row else 0.0

    def settle(self, reserved: float, cost: Cost) -> None:
        """Take over what Shopify says of its bucket and of a query."""
        stated = stated_bucket(cost)
        if stated is None:
            return
        available, maximum, rate = stated
        figures = {"available": available, "maximum": maximum, "rate": rate}
        self._execute(_SETTLE, {**figures, "given_back": reserved - charged(cost)})

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _execute(self, statement: str, figures: dict[str, float]) -> tuple[Any, ...] | None:
        parameters = {"tenant_id": self._tenant_id, **figures}
        with self._lock:
            if self._connection is not None:
                try:
                    return self._ask(self._connection, statement, parameters)
                except psycopg.OperationalError:
                    # The server restarted, or ended a connection that rested too long.
                    self._connection.close()
            self._connection = open_connection(self._settings, Role.LOADER, autocommit=True)
            return self._ask(self._connection, statement, parameters)

    @staticmethod
    def _ask(
        connection: psycopg.Connection[tuple[Any, ...]], statement: str, parameters: dict[str, Any]
    ) -> tuple[Any, ...] | None:
        cursor = connection.execute(statement, parameters)
        return cursor.fetchone() if cursor.description else None
