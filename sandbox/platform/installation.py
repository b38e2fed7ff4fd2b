"""The app as one shop has it installed: credentials, tokens, scopes, bucket, subscriptions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

from sandbox.errors import BadParameter
from sandbox.platform.access import CUSTOMER_DATA
from sandbox.platform.bucket import Bucket
from sandbox.platform.subscriptions import Subscriptions
from sandbox.platform.tokens import TokenBook
from sandbox.profiles import SCOPES, Profile


class Installation:
    """One app at one shop; the client secret signs the webhooks, as Shopify's does."""

    def __init__(self, profile: Profile, clock: Callable[[], datetime]) -> None:
        self.domain = profile.domain
        self.clock = clock
        self.client_secret = profile.webhook_secret
        seed = f"{profile.domain}:{profile.webhook_secret}"
        self.client_id = hashlib.sha256(f"client:{seed}".encode()).hexdigest()[:32]
        self.tokens = TokenBook(seed, profile.access_token, clock)
        self.scopes: tuple[str, ...] = SCOPES
        self.customer_data = CUSTOMER_DATA[-1]
        self.bucket = Bucket()
        self.subscriptions = Subscriptions()
        self.is_installed = True

    def grant(self, scopes: Iterable[str] | None) -> None:
        """Give the app these scopes; none given means all that it knows again."""
        wanted = SCOPES if scopes is None else tuple(sorted(set(scopes)))
        odd = [scope for scope in wanted if not scope.startswith(("read_", "write_"))]
        if odd:
            raise BadParameter(f"scopes holds {odd[0]!r}; give names such as read_orders.")
        self.scopes = wanted

    def uninstall(self) -> None:
        """Every token and subscription of the app is gone at once."""
        self.is_installed = False
        self.tokens.revoke()
        self.subscriptions.clear()

    def install(self) -> None:
        """The app is back, with new tokens."""
        if not self.is_installed:
            self.tokens.revoke(renewed=True)
        self.is_installed = True
