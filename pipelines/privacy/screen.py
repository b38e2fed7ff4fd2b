"""The screen before the raw tables: what comes of an erased person or shop is erased on its way.

Every load of both paths, webhooks and the Admin API, passes through it with its lane held; an
erasure holds all lanes, so no document slips through between the question and the merge.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
import psycopg
import pyarrow as pa  # type: ignore[import-untyped]

from pipelines.privacy.keep import without_person
from pipelines.privacy.marks import Erased, Thing, read_marks, write_marks
from pipelines.privacy.stored import empty_staging, scrub_children
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
Batches = Iterable[pa.RecordBatch]
_SHOPS = "select tenant_id from control.tenants where erased_at is not null"


class Screen:
    """What one load is looked through with; marks are read when a tenant is first met."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._connection = connection
        self._settings = settings
        self._people: dict[int, Erased] = {}
        self._late: dict[int, list[int]] = defaultdict(list)
        self.met_erased_shop = False
        self._shops = [row[0] for row in connection.execute(_SHOPS)]

    def screened(self, documents: Mapping[str, Batches]) -> dict[str, Iterator[pa.RecordBatch]]:
        """The same batches without erased people and shops."""
        return {table: self._each(table, batches) for table, batches in documents.items()}

    def finish(self, staging: str) -> None:
        """After the load: what refers to an order that was first known as erased in it.

        What it passed through, in the schema `staging`, is emptied.
        """
        late = {tenant_id: orders for tenant_id, orders in self._late.items() if orders}
        for tenant_id, orders in late.items():
            scrub_children(self._connection, tenant_id, orders)
        if late:
            empty_staging(self._connection, staging)

    def _each(self, table: str, batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            tenants = set(batch.column("tenant_id").unique().to_pylist())
            if gone := tenants & set(self._shops):
                self.met_erased_shop = True
                batch = self._without(batch, gone)
            if any(self._erased(tenant).marks for tenant in tenants - gone):
                batch = self._without_people(table, batch)
                # Before the merge: a build must not meet an order whose mark is not there yet.
                self._note_new(tenants - gone)
            if batch.num_rows:
                yield batch

    def _erased(self, tenant_id: int) -> Erased:
        if tenant_id not in self._people:
            self._people[tenant_id] = read_marks(self._connection, self._settings, tenant_id)
        return self._people[tenant_id]

    def _note_new(self, tenants: set[int]) -> None:
        for erased in map(self._erased, tenants):
            orders = erased.new_orders()
            self._late[erased.tenant_id] += orders
            # What stands already goes with the mark: a killed load finds no new mark when it is
            # done again.
            with self._connection.transaction():
                write_marks(self._connection, erased)
                if orders:
                    scrub_children(self._connection, erased.tenant_id, orders)

    def _without(self, batch: pa.RecordBatch, tenants: set[int]) -> pa.RecordBatch:
        kept = [tenant not in tenants for tenant in batch.column("tenant_id").to_pylist()]
        return batch.filter(pa.array(kept))

    def _without_people(self, table: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        names = ("tenant_id", "id", "parent_id", "updated_at", "payload")
        rows = zip(*(batch.column(name).to_pylist() for name in names), strict=True)
        payloads = [self._payload(table, *row) for row in rows]
        place = batch.schema.get_field_index("payload")
        column = pa.array(payloads, type=batch.schema.field(place).type)
        return batch.set_column(place, batch.schema.field(place), column)

    def _payload(
        self,
        table: str,
        tenant_id: int,
        key: Any,  # noqa: ANN401 - a number or a text
        parent: Any,  # noqa: ANN401
        updated_at: Any,  # noqa: ANN401
        payload: str,
    ) -> str:
        erased = self._erased(tenant_id)
        if not erased.marks:
            return payload
        body = orjson.loads(payload)
        parent = None if parent is None else str(parent)
        if not erased.is_theirs(Thing(table, str(key), parent, body, updated_at)):
            return payload
        return orjson.dumps(without_person(body)).decode()
