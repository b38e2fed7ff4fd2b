"""The answer to a request for data: one zip with everything held about a person.

Documents and landed deliveries as JSON, rows of the marts as CSV, and a summary that counts them.
It is made where an operator says, readable by its maker alone, and kept by us nowhere.
"""

import csv
import io
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg

from pipelines.errors import BadDocument, PipelineError
from pipelines.privacy.erase import request_of
from pipelines.privacy.holding import Held, held_about
from pipelines.privacy.models import Counts
from pipelines.privacy.people import Asked
from pipelines.privacy.requests import DATA_REQUEST, asked_in
from warehouse.connections import Role, connect
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
_BODY = """
select events.body
from control.receipts as receipts
left join landing.webhook_events as events
    on receipts.tenant_id = events.tenant_id and receipts.topic = events.topic
    and receipts.webhook_id = events.webhook_id
where receipts.tenant_id = %s and receipts.topic = %s and receipts.webhook_id = %s
"""
_BUNDLED = """
update control.receipts set bundle = %s, bundled_at = now()
where tenant_id = %s and topic = %s and webhook_id = %s
"""


class BundleRefused(PipelineError):
    """A bundle cannot be made: of nobody, of an unknown request, or where it should stand."""


@dataclass(frozen=True)
class Bundle:
    """A bundle that was made and the rows in it."""

    path: Path
    counts: Counts


def asked_by_request(settings: Settings, tenant_id: int, webhook_id: str) -> Asked:
    """Whom a landed request for data names; raises BundleRefused."""
    with connect(settings, Role.OWNER) as connection:
        wanted = [tenant_id, DATA_REQUEST, webhook_id]
        row: tuple[Any, ...] | None = connection.execute(_BODY, wanted).fetchone()
    if row is None:
        raise BundleRefused(
            f"tenant {tenant_id} has no request for data {webhook_id[:100]}",
            hint="see the requests: shopmart privacy list",
        )
    try:
        if not row[0]:
            raise BadDocument("the webhook is no longer in landing")
        body = orjson.loads(row[0])
        asked = asked_in(body if isinstance(body, dict) else {})
        if not asked.names_somebody:
            raise BadDocument("it names nobody")
    except (BadDocument, orjson.JSONDecodeError) as error:
        raise BundleRefused(
            f"the request {webhook_id[:100]} cannot be read: {error}",
            hint="name the person: shopmart privacy export TENANT --customer ID",
        ) from None
    return asked


def make_bundle(
    settings: Settings, tenant_id: int, asked: Asked, folder: Path, *, request: str | None = None
) -> Bundle:
    """Write a bundle into a folder and note it on the request's receipt; raises BundleRefused."""
    with connect(settings, Role.OWNER, autocommit=True) as owner:
        held = held_about(owner, settings, tenant_id, asked)
        moment = datetime.now(UTC)
        path = folder / f"tenant-{tenant_id}-person-{moment:%Y%m%dT%H%M%S%f}Z.zip"
        summary = {
            "madeAt": moment.isoformat(),
            "tenantId": str(tenant_id),
            "request": request_of(asked, held.person),
            "rows": held.counts,
        }
        _write(path, _files(held, summary))
        if request is not None:
            owner.execute(_BUNDLED, [path.name, tenant_id, DATA_REQUEST, request])
    return Bundle(path, held.counts)


def _files(held: Held, summary: Mapping[str, object]) -> Iterable[tuple[str, bytes]]:
    yield "summary.json", _json(summary)
    for table, documents in held.raw.items():
        if documents:
            yield f"documents/{table}.json", _json(documents)
    if held.landed:
        yield "deliveries.json", _json(held.landed)
    for mart, rows in held.marts.items():
        if rows:
            yield f"figures/{mart}.csv", _csv(rows)


def _write(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BundleRefused(
            f"{path.parent} cannot be written: {error.strerror}",
            hint="name a folder of yours by --output",
        ) from None
    with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as bundle:
        for name, content in files:
            bundle.writestr(name, content, zipfile.ZIP_DEFLATED)


def _json(content: object) -> bytes:
    return orjson.dumps(content, default=str, option=orjson.OPT_INDENT_2)


def _csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
