"""The sandbox's control surface, as the demo uses it: shops, truth, events, webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from shopmart.errors import CommandError

PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class SandboxShop:
    """A shop of the sandbox, with what is needed to connect it."""

    shop_domain: str
    name: str
    access_token: str
    webhook_secret: str


class SandboxClient:
    """Talks to one running sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=PATIENCE_SECONDS)

    def shops(self) -> list[SandboxShop]:
        """Every shop, in the order of its making."""
        return [
            SandboxShop(
                shop["shopDomain"], shop["name"], shop["accessToken"], shop["webhookSecret"]
            )
            for shop in self._get("/_sandbox/shops")
        ]

    def truth(self, shop_domain: str) -> dict[str, list[dict[str, Any]]]:
        """The rows of each mart that the shop knows to be true."""
        truth: dict[str, list[dict[str, Any]]] = self._get(f"/_sandbox/shops/{shop_domain}/truth")
        return truth

    def happen(self, shop_domain: str, kind: str, count: int, wishes: Mapping[str, object]) -> None:
        """Let events of one kind happen at this moment, with wishes for their particulars."""
        body = {**wishes, "kind": kind, "count": count}
        self._post(f"/_sandbox/shops/{shop_domain}/events", body)

    def send_webhooks_to(self, url: str, **knobs: float) -> None:
        """Deliver webhooks to a URL; knobs: duplicates, shuffle, late, bad_signatures."""
        self._post("/_sandbox/webhooks", {"url": url, "enabled": True, **knobs})

    def flush_webhooks(self, *, late: bool = False) -> dict[str, int]:
        """Wait for every delivery that is due, with `late` for those held back, too.

        Raises CommandError when one was not accepted.
        """
        counts: dict[str, int] = self._post("/_sandbox/webhooks/flush", {"late": late})
        if counts["pending"] or counts["rejected"]:
            raise CommandError(f"webhooks were not all accepted: {counts}")
        return counts

    def trickle(self, per_minute: float) -> None:
        """Let events happen by themselves; 0 stops it."""
        self._post("/_sandbox/trickle", {"per_minute": per_minute})

    def tamper(self, shop_domain: str, cents: int) -> None:
        """Change one amount of a past order behind everybody's back."""
        self._post(f"/_sandbox/shops/{shop_domain}/tamper", {"cents": cents})

    def _get(self, path: str) -> Any:  # noqa: ANN401 - whatever the sandbox answers
        return self._http.get(path).raise_for_status().json()

    def _post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - the same
        return self._http.post(path, json=body).raise_for_status().json()
