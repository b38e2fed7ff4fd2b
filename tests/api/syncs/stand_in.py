"""A web server that takes Dagster's place: it records launches and does what a test tells it to.

Dagster's own schema is held against our questions elsewhere; what a run does to the database is
done here by the same functions that a run uses.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.api.shops import free_port

RUN = "5b7a4c1e-2a54-4f83-8a6c-6a30c7f1c0de"


@dataclass
class StandIn:
    """What was launched, and how runs stand; ``on_launch`` is what a run would do."""

    on_launch: Callable[[int], None] = lambda _tenant_id: None
    launched: list[dict[str, Any]] = field(default_factory=list)
    under_way_since: float | None = None
    run_status: str = "STARTED"
    refusal: dict[str, Any] | None = None
    url: str = ""

    def answer(self, document: dict[str, Any]) -> dict[str, Any]:
        if "launchRun" in document["query"]:
            return {"launchRun": self._launch(document["variables"]["params"])}
        chosen = document["variables"]["filter"]
        if "runIds" in chosen:
            runs = [{"runId": RUN, "status": self.run_status, "startTime": None}]
        elif self.under_way_since is not None:
            runs = [{"runId": RUN, "status": "STARTED", "startTime": self.under_way_since}]
        else:
            runs = []
        return {"runsOrError": {"__typename": "Runs", "results": runs}}

    def _launch(self, params: dict[str, Any]) -> dict[str, Any]:
        if self.refusal is not None:
            return self.refusal
        self.launched.append(params)
        (tag,) = params["executionMetadata"]["tags"]
        threading.Thread(target=self.on_launch, args=(int(tag["value"]),)).start()
        return {"__typename": "LaunchRunSuccess", "run": {"runId": RUN}}


@contextmanager
def standing_in() -> Iterator[StandIn]:
    dagster = StandIn()

    async def graphql(request: Request) -> JSONResponse:
        return JSONResponse({"data": dagster.answer(await request.json())})

    port = free_port()
    dagster.url = f"http://127.0.0.1:{port}"
    app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield dagster
    finally:
        server.should_exit = True
        thread.join()
