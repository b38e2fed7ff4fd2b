"""One shop's Admin GraphQL: sends, waits for the throttle, retries, trusts no doubtful answer."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import httpx

from pipelines.errors import (
    ShopClosed,
    ShopifyUnavailable,
    UnknownShop,
    WrongToken,
    WrongVersion,
)
from pipelines.shopify.answers import Throttled, TryAgain, data_of, words_of
from pipelines.shopify.throttle import OwnThrottle, Throttle

TRIES = 6
# A throttled query is no failure: it waits its turn, but not for ever.
THROTTLED_TRIES = 60
SHORTEST_WAIT_SECONDS = 0.1
UNKNOWN_COST = 10.0
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
CLOSED = {402, 403, 423}
VERSION_HEADER = "X-Shopify-API-Version"

Json = dict[str, Any]


class Tokens(Protocol):
    """Where a client has its access token from; a long reading outlives a single one."""

    def current(self) -> str:
        """A token to ask with; may ask Shopify for a new one."""

    def another(self, refused: str) -> str | None:
        """A token in place of one that Shopify refused; None where none can be had."""

    def give_up(self, words: str) -> None:
        """Told when Shopify refuses every token there is."""


class LastingToken:
    """A token without an end and without another in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        """See Tokens."""
        return self._token

    def another(self, refused: str) -> str | None:
        """See Tokens."""
        return None

    def give_up(self, words: str) -> None:
        """See Tokens."""


class ShopifyClient:
    """Queries one shop; its methods may be called by several threads."""

    def __init__(
        self,
        *,
        base_url: str,
        version: str,
        tokens: Tokens,
        throttle: Throttle | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = f"{base_url}/admin/api/{version}/graphql.json"
        self._version = version
        self._tokens = tokens
        self._throttle: Throttle = throttle or OwnThrottle()
        self.sleep = sleep
        self._costs: dict[str, float] = {}
        self._http = httpx.Client(timeout=TIMEOUT, headers={"Accept": "application/json"})
        self.clock_ahead = 0.0

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._throttle.close()

    def query(self, document: str, variables: Mapping[str, Any] | None = None) -> Json:
        """The ``data`` of an answer; raises a ShopifyError in Shopify's words."""
        return self.costed(document, variables)[0]

    def costed(
        self, document: str, variables: Mapping[str, Any] | None = None
    ) -> tuple[Json, float]:
        """The ``data`` of an answer and the points that the query asked for."""
        failures = throttled = 0
        while True:
            try:
                return self._once(document, dict(variables or {}))
            except Throttled as refusal:
                throttled += 1
                if throttled > THROTTLED_TRIES:
                    raise ShopifyUnavailable(f"Shopify keeps throttling: {refusal}") from None
                # How long the bucket takes to hold the query is known when it is reserved again.
                self.sleep(refusal.wait or SHORTEST_WAIT_SECONDS)
            except TryAgain as refusal:
                failures += 1
                if failures >= TRIES:
                    raise ShopifyUnavailable(f"{refusal} ({failures} tries)") from None
                self.sleep(_backoff(failures))

    @contextmanager
    def download(self, url: str) -> Iterator[Iterator[bytes]]:
        """The bytes of a result file; the token is not sent along, for the file lies elsewhere."""
        try:
            with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as response:
                if response.status_code >= 500:
                    raise TryAgain(f"the result file answered HTTP {response.status_code}")
                if response.status_code != 200:
                    raise ShopifyUnavailable(
                        f"the result file answered HTTP {response.status_code}",
                        hint="its address may have expired; the next sync exports it again",
                    )
                yield response.iter_bytes(1 << 20)
        except httpx.HTTPError as error:
            raise TryAgain(f"the download broke off: {_cause(error)}") from None

    def _once(self, document: str, variables: Json) -> tuple[Json, float]:
        reserved = self._costs.get(document, UNKNOWN_COST)
        if (wait := self._throttle.reserve(reserved)) > 0:
            self.sleep(wait)
        response = self._posted({"query": document, "variables": variables})
        self._check_status(response)
        self._check_version(response)
        body = _json(response)
        cost = (body.get("extensions") or {}).get("cost") or {}
        self._throttle.settle(reserved, cost)
        asked = float(cost.get("requestedQueryCost") or self._costs.get(document, 1.0))
        self._costs[document] = asked
        return data_of(body), asked

    def _posted(self, content: Json) -> httpx.Response:
        """The answer; where a token is refused, that to another one."""
        token = self._tokens.current()
        response = self._post(content, token)
        if response.status_code != 401:
            return response
        if (another := self._tokens.another(token)) is not None:
            response = self._post(content, another)
        if response.status_code == 401:
            self._tokens.give_up(f"Shopify answered HTTP 401: {words_of(response.text)}")
        return response

    def _post(self, content: Json, token: str) -> httpx.Response:
        try:
            return self._http.post(
                self._url, json=content, headers={"X-Shopify-Access-Token": token}
            )
        except httpx.HTTPError as error:
            raise TryAgain(f"no answer from Shopify: {_cause(error)}") from None

    def _check_status(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == 200:
            self._note_clock(response)
            return
        words = words_of(response.text)
        if status == 401:
            raise WrongToken(f"Shopify answered HTTP 401: {words}")
        if status in CLOSED:
            raise ShopClosed(f"Shopify answered HTTP {status}: {words}")
        if status == 404:
            raise UnknownShop(f"Shopify answered HTTP 404: {words}")
        if status == 429:
            raise Throttled(words, wait=_retry_after(response), cost={})
        if status >= 500:
            raise TryAgain(f"Shopify answered HTTP {status}: {words}")
        raise ShopifyUnavailable(
            f"Shopify answered HTTP {status}: {words}",
            hint="check the tenant's shop domain and SHOPMART_SHOPIFY_API_VERSION",
        )

    def _check_version(self, response: httpx.Response) -> None:
        answered = response.headers.get(VERSION_HEADER, self._version)
        if answered != self._version:
            raise WrongVersion(
                f"asked for API version {self._version}, Shopify answered in {answered}"
            )

    def _note_clock(self, response: httpx.Response) -> None:
        try:
            theirs = parsedate_to_datetime(response.headers["Date"])
        except (KeyError, ValueError):
            return
        if theirs.tzinfo is not None:
            self.clock_ahead = (datetime.now(UTC) - theirs).total_seconds()


def _json(response: httpx.Response) -> Json:
    try:
        body = response.json()
    except ValueError:
        raise TryAgain("Shopify answered HTTP 200 with no JSON") from None
    if not isinstance(body, dict):
        raise TryAgain("Shopify answered HTTP 200 with no JSON object")
    return body


def _retry_after(response: httpx.Response) -> float:
    try:
        return min(max(float(response.headers["Retry-After"]), 0.1), 60.0)
    except (KeyError, ValueError):
        return 1.0


def _backoff(failures: int) -> float:
    return float(min(0.25 * 2**failures, 15.0) * random.uniform(0.75, 1.25))  # noqa: S311


def _cause(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__} {error}".strip()
