"""The one app of the sandbox, in all its shops, and the knobs that are turned on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox.errors import BadParameter, UnknownShop
from sandbox.platform.access import CUSTOMER_DATA
from sandbox.platform.installation import Installation
from sandbox.profiles import Profile
from sandbox.wishes import number, only, text, truth_value
from sandbox.world import World

Answer = dict[str, Any]
LONGEST_LIFE = 90 * 86400
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10", "2027-01")
STABLE = "2026-10"


class Platform:
    """Installations by shop domain."""

    def __init__(self, profiles: list[Profile], clock: Callable[[], datetime]) -> None:
        self.served = STABLE
        self._installations = {profile.domain: Installation(profile, clock) for profile in profiles}

    def version(self, body: Answer) -> Answer:
        """Set the API version that every call is answered in, whatever it asked for."""
        only(body, ("served",))
        served = text(body, "served") or STABLE
        if served not in VERSIONS:
            raise BadParameter(f"served is {served!r}; give one of {', '.join(VERSIONS)}.")
        self.served = served
        return {"served": served}

    def at(self, domain: str) -> Installation:
        """The app at one shop."""
        try:
            return self._installations[domain]
        except KeyError:
            known = ", ".join(self._installations)
            raise UnknownShop(f"No shop {domain!r}; the shops are {known}.") from None

    def credentials(self, domain: str) -> Answer:
        """What a tenant needs to be connected, in each of the three ways."""
        installation = self.at(domain)
        return {
            "accessToken": installation.tokens.legacy,
            "clientId": installation.client_id,
            "clientSecret": installation.client_secret,
            "refreshToken": installation.tokens.refresh_token,
            "scopes": list(installation.scopes),
            "installed": installation.is_installed,
        }

    def access(self, domain: str, body: Answer) -> Answer:
        """Set scopes and the level of protected customer data; null gives all again."""
        only(body, ("scopes", "customer_data"))
        installation = self.at(domain)
        level = text(body, "customer_data") or CUSTOMER_DATA[-1]
        if level not in CUSTOMER_DATA:
            known = ", ".join(CUSTOMER_DATA)
            raise BadParameter(f"customer_data is {level!r}; give one of {known}.")
        scopes = body.get("scopes", list(installation.scopes))
        if scopes is not None and not (
            isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes)
        ):
            raise BadParameter(f"scopes is {scopes!r}; give a list of names, or null for all.")
        installation.grant(scopes)
        if "customer_data" in body:
            installation.customer_data = level
        return {"scopes": list(installation.scopes), "customer_data": installation.customer_data}

    def tokens(self, domain: str, body: Answer) -> Answer:
        """Expire what expires, revoke everything, or shorten the life of tokens to come."""
        only(body, ("expire", "revoke", "lifetime_seconds"))
        installation = self.at(domain)
        expire, revoke = truth_value(body, "expire", False), truth_value(body, "revoke", False)
        if body.get("lifetime_seconds", 0) is None:
            installation.tokens.lifetime = None
        elif "lifetime_seconds" in body:
            seconds = number(body, "lifetime_seconds", 0, low=1, high=LONGEST_LIFE)
            installation.tokens.lifetime = timedelta(seconds=seconds)
        if expire:
            installation.tokens.expire()
        if revoke:
            installation.tokens.revoke()
        return self.credentials(domain)

    def throttle(self, body: Answer) -> Answer:
        """Set the bucket of one shop, or of all."""
        only(body, ("maximum", "restore", "available", "shop"))
        domain = text(body, "shop")
        chosen = [self.at(domain)] if domain else list(self._installations.values())
        for installation in chosen:
            bucket = installation.bucket
            maximum = number(body, "maximum", bucket.maximum, low=1, high=1_000_000)
            restore = number(body, "restore", bucket.restore, low=1, high=1_000_000)
            available = (
                number(body, "available", 0, low=0, high=1_000_000) if "available" in body else None
            )
            bucket.set(maximum=maximum, restore=restore, available=available)
        return {
            installation.domain: {
                **installation.bucket.status(),
                "refused": installation.bucket.refused,
            }
            for installation in chosen
        }

    def subscriptions(self, domain: str) -> list[Answer]:
        """What the app has subscribed to at one shop."""
        return [
            {
                "id": one.id,
                "topic": one.topic,
                "uri": one.uri,
                "format": one.format,
                "delivered": one.is_deliverable,
            }
            for one in self.at(domain).subscriptions.all()
        ]


def platform_of(world: World) -> Platform:
    """The app in every shop of a world, by the world's clock."""
    return Platform([shop.profile for shop in world.shops.values()], lambda: world.clock())
