"""Dagster over plain GraphQL: launch the sync of one tenant, ask how its run stands.

Importing Dagster's own client costs seconds; its web server answers in a tenth of one.
"""

from datetime import datetime
from typing import Any

import httpx

from api.errors import Conflict, Unavailable

LOCATION = "shopmart"
REPOSITORY = "__repository__"
JOB = "sync_job"
STEP = "sync"
TENANT_TAG = "shopmart/tenant_id"
UNDER_WAY = ["QUEUED", "NOT_STARTED", "STARTING", "STARTED"]
ENDED_BADLY = {"FAILURE", "CANCELING", "CANCELED"}
SECONDS = 10
CURE = (
    "start it by `dagster dev -w workspace.yaml`, or set SHOPMART_DAGSTER_URL to where it answers"
)

LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on RunConfigValidationInvalid { errors { message } }
    ... on Error { message }
  }
}
"""
RUNS = """
query Runs($filter: RunsFilter!) {
  runsOrError(filter: $filter, limit: 1) {
    __typename
    ... on Runs { results { runId status startTime } }
  }
}
"""


def run_config(tenant_id: int) -> dict[str, Any]:
    """What the sync job is told: one tenant, and who asked."""
    return {"ops": {STEP: {"config": {"tenant_ids": [str(tenant_id)], "trigger": "api"}}}}


class Dagster:
    """A client of Dagster's web server."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/graphql"
        self._client = httpx.AsyncClient(timeout=SECONDS, trust_env=False)
        self._launching: set[int] = set()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def launch_sync(self, tenant_id: int, *, ended_at: datetime | None) -> str:
        """Launch the sync of a tenant whose newest one ended at ``ended_at``; returns the run's id.

        Raises Conflict while a run of this tenant is under way, and Unavailable.
        """
        if tenant_id in self._launching or await self._is_under_way(tenant_id, ended_at):
            raise Conflict("a sync of this tenant is running already; wait for it to end")
        self._launching.add(tenant_id)
        try:
            return await self._launch(tenant_id)
        finally:
            self._launching.discard(tenant_id)

    async def has_ended_badly(self, run_id: str) -> bool:
        """Whether a run failed or was cancelled; raises Unavailable."""
        runs = await self._runs({"runIds": [run_id]})
        return bool(runs) and runs[0]["status"] in ENDED_BADLY

    async def _launch(self, tenant_id: int) -> str:
        params = {
            "selector": {
                "repositoryLocationName": LOCATION,
                "repositoryName": REPOSITORY,
                "jobName": JOB,
            },
            "runConfigData": run_config(tenant_id),
            "executionMetadata": {"tags": [{"key": TENANT_TAG, "value": str(tenant_id)}]},
        }
        launched = (await self._ask(LAUNCH, {"params": params}))["launchRun"]
        if launched["__typename"] == "PipelineNotFoundError":
            raise Unavailable(
                f"Dagster has not loaded the location {LOCATION} yet; ask again in a few seconds, "
                "or look at its page /locations for what keeps it"
            )
        if launched["__typename"] != "LaunchRunSuccess":
            errors = [one["message"] for one in launched.get("errors", [])]
            reason = "; ".join(errors) or launched.get("message") or launched["__typename"]
            raise Unavailable(f"Dagster does not launch {JOB}: {reason[:500]}")
        return str(launched["run"]["runId"])

    async def _is_under_way(self, tenant_id: int, ended_at: datetime | None) -> bool:
        """Whether a run has its sync still before it; one takes seconds to end after its sync."""
        tags = [{"key": TENANT_TAG, "value": str(tenant_id)}]
        runs = await self._runs({"tags": tags, "statuses": UNDER_WAY})
        if not runs or ended_at is None:
            return bool(runs)
        began = runs[0]["startTime"]
        return began is None or began > ended_at.timestamp()

    async def _runs(self, chosen: dict[str, Any]) -> list[dict[str, Any]]:
        found = await self._ask(RUNS, {"filter": chosen})
        runs: list[dict[str, Any]] = found["runsOrError"].get("results", [])
        return runs

    async def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = await self._client.post(
                self._url, json={"query": query, "variables": variables}
            )
            document = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            raise Unavailable(f"syncs run in Dagster, which does not answer: {CURE}") from None
        if document.get("errors"):
            reason = str(document["errors"][0].get("message"))[:500]
            raise Unavailable(f"Dagster refuses the question: {reason}")
        data: dict[str, Any] = document["data"]
        return data
