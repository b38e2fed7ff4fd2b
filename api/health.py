"""Liveness, which asks nobody, and readiness, which asks the database."""

from typing import Literal

from fastapi import APIRouter

from api.encoding import JsonAnswer
from api.errors import Unavailable
from api.schemas import Answer, Moment, errors, example, now
from api.services import Wired

router = APIRouter(tags=["health"])


class Health(Answer):
    """The process answers."""

    status: Literal["ok"]
    timestamp: Moment


class Readiness(Answer):
    """The process can do its work."""

    status: Literal["ready"]
    timestamp: Moment


@router.get(
    "/health",
    response_model=Health,
    responses=example({"status": "ok", "timestamp": "2026-03-31T22:00:00.124Z"}),
)
async def health() -> JsonAnswer:
    """Whether the process is alive; asks nobody."""
    return JsonAnswer({"status": "ok", "timestamp": now()})


@router.get(
    "/ready",
    response_model=Readiness,
    responses={
        **example({"status": "ready", "timestamp": "2026-03-31T22:00:00.124Z"}),
        **errors(),
    },
)
async def ready(services: Wired) -> JsonAnswer:
    """Whether the database answers too."""
    if not await services.marts.is_ready():
        raise Unavailable("the database does not answer; check SHOPMART_DATABASE_URL")
    return JsonAnswer({"status": "ready", "timestamp": now()})
