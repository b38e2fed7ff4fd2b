"""GET /metrics: what Prometheus scrapes, from this process and from the database."""

import logging

import psycopg
from fastapi import APIRouter
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from api.services import Services, Wired
from api.telemetry.standing import Standing
from warehouse.errors import WarehouseError
from warehouse.status import ServiceStatus, read_status

router = APIRouter(include_in_schema=False)
log = logging.getLogger("shopmart.api")


@router.get("/metrics")
async def metrics(services: Wired) -> Response:
    """This process's meters and how every tenant stands; without a database, the meters alone."""
    standing = CollectorRegistry()
    standing.register(Standing(await _status(services)))
    body = generate_latest(services.meters.registry) + generate_latest(standing)
    return Response(body, media_type=CONTENT_TYPE_PLAIN_0_0_4)


async def _status(services: Services) -> ServiceStatus | None:
    try:
        return await services.control.run(read_status)
    except (WarehouseError, psycopg.Error) as error:
        log.warning("a scrape is told nothing of the tenants: %s", error)
        return None
