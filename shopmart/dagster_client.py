"""A small client of Dagster's GraphQL: launch a job, follow it, say what went wrong.

It speaks plain HTTP, so a command that only launches a run never imports Dagster.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import httpx

from shopmart.errors import CommandError

LOCATION = "shopmart"
REPOSITORY = "__repository__"
POLL_SECONDS = 0.5
ANSWER_SECONDS = 30.0
LOAD_SECONDS = 60.0
FINISHED = {"SUCCESS", "FAILURE", "CANCELED"}
# Dagster puts the error's class, with its module, before the words meant for people.
ERROR_CLASS = re.compile(r"^[\w.]+\.[A-Z]\w+:\s*")
Status = Literal["SUCCESS", "FAILURE", "CANCELED"]

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
LOCATION_STATE = """
query Location($name: String!) {
  workspaceLocationEntryOrError(name: $name) {
    __typename
    ... on WorkspaceLocationEntry {
      locationOrLoadError { __typename ... on PythonError { message } }
    }
  }
}
"""
FOLLOW = """
query Follow($runId: ID!, $cursor: String) {
  runOrError(runId: $runId) { __typename ... on Run { status } ... on Error { message } }
  logsForRun(runId: $runId, afterCursor: $cursor, limit: 500) {
    ... on EventConnection {
      cursor hasMore
      events {
        __typename
        ... on MessageEvent { message stepKey timestamp level }
        ... on ErrorEvent { error { message causes { message } } }
      }
    }
  }
}
"""


class DagsterError(CommandError):
    """Dagster cannot be reached or refused what was asked; the text names cause and cure."""


@dataclass(frozen=True)
class RunEvent:
    """One line of a run's log."""

    kind: str
    message: str
    step: str | None


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended; ``error`` is the message of the step that failed."""

    run_id: str
    status: Status
    error: str | None

    @property
    def succeeded(self) -> bool:
        """Whether every step of the run succeeded."""
        return self.status == "SUCCESS"


class DagsterClient:
    """Talks to one Dagster web server."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = httpx.Client(timeout=ANSWER_SECONDS, trust_env=False)

    def __enter__(self) -> "DagsterClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def wait_until_loaded(self, *, timeout: float = LOAD_SECONDS) -> None:
        """Wait until the code location can launch runs; raises DagsterError with the reason."""
        deadline = time.monotonic() + timeout
        while (reason := self._not_loaded()) is not None:
            if time.monotonic() > deadline:
                raise DagsterError(f"Dagster cannot load {LOCATION}: {reason}")
            time.sleep(POLL_SECONDS)

    def launch(
        self, job: str, *, run_config: Mapping[str, Any], tags: Mapping[str, str] | None = None
    ) -> str:
        """Queue a run and return its id; raises DagsterError when Dagster refuses it.

        The web server answers some seconds before the code it launches from: that is waited for.
        """
        self.wait_until_loaded()
        selector = {
            "repositoryLocationName": LOCATION,
            "repositoryName": REPOSITORY,
            "jobName": job,
        }
        params = {
            "selector": selector,
            "runConfigData": run_config,
            "executionMetadata": {"tags": _tag_list(tags or {})},
        }
        answer = self._ask(LAUNCH, {"params": params})["launchRun"]
        if answer["__typename"] != "LaunchRunSuccess":
            raise DagsterError(f"Dagster refused to launch {job}: {_refusal(answer)}")
        return str(answer["run"]["runId"])

    def wait(
        self,
        run_id: str,
        *,
        on_event: Callable[[RunEvent], None] | None = None,
        timeout: float | None = None,
    ) -> RunOutcome:
        """Follow a run to its end; raises DagsterError when it takes longer than ``timeout``."""
        deadline = time.monotonic() + timeout if timeout is not None else None
        cursor, error = None, None
        while True:
            status, cursor, events, more = self._follow(run_id, cursor)
            for event in events:
                error = _error_of(event) or error
                if on_event is not None:
                    on_event(_event(event))
            if status in FINISHED and not more:
                return RunOutcome(run_id, cast(Status, status), error)
            if deadline is not None and time.monotonic() > deadline:
                raise DagsterError(f"run {run_id} is still {status}; see {self.run_page(run_id)}")
            if not more:
                time.sleep(POLL_SECONDS)

    def run_page(self, run_id: str) -> str:
        """Where a person looks at the run."""
        return f"{self._url}/runs/{run_id}"

    def _not_loaded(self) -> str | None:
        try:
            entry = self._ask(LOCATION_STATE, {"name": LOCATION})["workspaceLocationEntryOrError"]
        except DagsterError as error:
            return str(error)
        state = (entry or {}).get("locationOrLoadError") or {}
        if state.get("__typename") == "RepositoryLocation":
            return None
        return str(state.get("message", "it is still loading")).strip()

    def _follow(
        self, run_id: str, cursor: str | None
    ) -> tuple[str, str | None, list[dict[str, Any]], bool]:
        answer = self._ask(FOLLOW, {"runId": run_id, "cursor": cursor})
        run = answer["runOrError"]
        if run["__typename"] != "Run":
            raise DagsterError(f"run {run_id} is unknown: {run.get('message', 'no such run')}")
        log = answer["logsForRun"]
        return run["status"], log["cursor"], log["events"], bool(log["hasMore"])

    def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            response = self._http.post(
                f"{self._url}/graphql", json={"query": query, "variables": variables}
            )
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise DagsterError(
                f"Dagster does not answer at {self._url}: {error}; "
                "start it, or set SHOPMART_DAGSTER_URL"
            ) from None
        if answer.get("errors"):
            raise DagsterError(f"Dagster refused the question: {answer['errors'][0]['message']}")
        return cast(dict[str, Any], answer["data"])


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _refusal(answer: Mapping[str, Any]) -> str:
    reasons = [error["message"] for error in answer.get("errors", [])]
    return "; ".join(reasons) or str(answer.get("message") or answer["__typename"])


def _event(event: Mapping[str, Any]) -> RunEvent:
    return RunEvent(event["__typename"], event.get("message") or "", event.get("stepKey"))


def _error_of(event: Mapping[str, Any]) -> str | None:
    """The innermost cause of a failure event; a failed run repeats its step without a cause."""
    error = event.get("error")
    if event["__typename"] not in {"ExecutionStepFailureEvent", "RunFailureEvent"} or not error:
        return None
    causes = error.get("causes") or []
    message = str((causes[-1] if causes else error)["message"]).strip()
    return ERROR_CLASS.sub("", message)
