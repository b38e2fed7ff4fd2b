"""Documents on their way into the raw tables: one row for each, as Arrow."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]

from pipelines.resources import Key, Origin

BATCH_ROWS = 2_000
MOMENT = pa.timestamp("us", tz="UTC")


def schema_of(key: Key) -> pa.Schema:
    """The raw tables' columns as Arrow, for tables with this kind of key."""
    key_type = pa.int64() if key == "number" else pa.string()
    return pa.schema(
        [
            pa.field("tenant_id", pa.int64(), nullable=False),
            pa.field("id", key_type, nullable=False),
            pa.field("origin", pa.string(), nullable=False),
            pa.field("updated_at", MOMENT, nullable=False),
            pa.field("triggered_at", MOMENT, nullable=False),
            pa.field("parent_id", key_type, nullable=True),
            pa.field("payload", pa.string(), nullable=False),
        ]
    )


SCHEMAS: dict[Key, pa.Schema] = {"number": schema_of("number"), "text": schema_of("text")}


@dataclass(frozen=True, slots=True)
class Document:
    """One document; `payload` is JSON text that holds no NUL, `parent_id` the order of a refund.

    Whether `id` and `parent_id` are numbers or texts is the same for all documents of a table.
    """

    tenant_id: int
    id: int | str
    origin: Origin
    updated_at: datetime
    triggered_at: datetime
    parent_id: int | str | None
    payload: str

    @property
    def newness(self) -> tuple[datetime, datetime]:
        """What decides between two versions of one document (law L3)."""
        return (self.updated_at, self.triggered_at)


def newest(documents: Iterable[Document]) -> list[Document]:
    """One document for each key: dlt sorts by a single column, so ties are decided here."""
    kept: dict[tuple[int, int | str, str], Document] = {}
    for document in documents:
        key = (document.tenant_id, document.id, document.origin)
        if key not in kept or document.newness >= kept[key].newness:
            kept[key] = document
    return list(kept.values())


def record_batches(
    documents: Iterable[Document], *, key: Key = "number"
) -> Iterator[pa.RecordBatch]:
    """The documents as Arrow batches of the columns of raw tables with this kind of key."""
    rows, schema = iter(documents), SCHEMAS[key]
    while chunk := list(islice(rows, BATCH_ROWS)):
        columns = zip(*(astuple(document) for document in chunk), strict=True)
        arrays = [
            pa.array(list(column), type=field.type)
            for column, field in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def spool(path: Path, documents: Iterable[Document]) -> int:
    """Write documents with numbers to a file, so that memory does not grow; returns how many."""
    count = 0
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, SCHEMAS["number"]) as stream:
        for batch in record_batches(documents):
            stream.write_batch(batch)
            count += batch.num_rows
    return count


def spooled(path: Path) -> Iterator[pa.RecordBatch]:
    """The batches of a spool file."""
    with pa.OSFile(str(path), "rb") as source:
        yield from pa.ipc.open_stream(source)
