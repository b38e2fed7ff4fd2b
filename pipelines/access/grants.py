"""Asking Shopify for an access token: client credentials, or a refresh token that rotates.

Nothing is stored here. Until the granted token is used for the first time, the refresh token that
it was asked with stays valid, so an answer that is lost on the way costs nothing.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from pipelines.errors import GrantRefused, NoAccessToken, ShopifyUnavailable, UnknownShop
from pipelines.shopify.answers import words_of
from warehouse.secrets import Credentials
from warehouse.settings import Settings

TRIES = 4
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
# Old pages of Shopify tell an OAuth error in HTML.
_TOLD_IN_HTML = re.compile(r"Oauth error (\w+)")
CURES = {
    "shop_not_permitted": (
        "client credentials reach only shops of the organisation that owns the app: give a "
        "refresh token (install the app and keep its expiring offline token), or an access token"
    ),
    "invalid_client": "the client id and client secret do not belong together: copy both again "
    "from the app's settings and give them by `shopmart tenant update`",
    "application_cannot_be_found": "no app has this client id: copy it again from the app's "
    "settings and give it by `shopmart tenant update`",
    "invalid_grant": "the refresh token was revoked or has ended (after 90 days without use): "
    "install the app again and give the new one by `shopmart tenant update`",
}


@dataclass(frozen=True, repr=False)
class Grant:
    """What Shopify granted; without ``expires_at`` the token lasts."""

    access_token: str
    expires_at: datetime | None
    refresh_token: str | None
    refresh_token_expires_at: datetime | None

    def as_changes(self) -> dict[str, str | None]:
        """The credentials that it changes."""
        changes: dict[str, str | None] = {
            "access_token": self.access_token,
            "access_token_expires_at": _text(self.expires_at),
        }
        if self.refresh_token is not None:
            changes["refresh_token"] = self.refresh_token
            changes["refresh_token_expires_at"] = _text(self.refresh_token_expires_at)
        return changes


def can_ask(credentials: Credentials) -> bool:
    """Whether a new token can be asked for at all."""
    return bool(credentials.client_id or credentials.refresh_token)


def ask_for_token(
    settings: Settings,
    shop_domain: str,
    credentials: Credentials,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Grant:
    """A new token; raises GrantRefused in Shopify's words, UnknownShop or ShopifyUnavailable."""
    form = _form(credentials)
    url = f"{settings.shopify_base_url.format(shop=shop_domain)}/admin/oauth/access_token"
    fault = ""
    for attempt in range(TRIES):
        if attempt:
            sleep(0.5 * 2**attempt)
        asked_at = datetime.now(UTC)
        try:
            response = httpx.post(
                url, data=form, headers={"Accept": "application/json"}, timeout=TIMEOUT
            )
        except httpx.HTTPError as error:
            fault = f"no answer from Shopify: {type(error).__name__}"
            continue
        if response.status_code < 500 and response.status_code != 429:
            return _granted(response, asked_at)
        fault = f"Shopify answered HTTP {response.status_code}: {words_of(response.text)}"
    raise ShopifyUnavailable(f"no access token: {fault} ({TRIES} tries)")


def _form(credentials: Credentials) -> dict[str, str]:
    if not credentials.client_id:
        raise NoAccessToken(
            "a refresh token needs the client id of its app",
            hint="give clientId and clientSecret by `shopmart tenant update`",
        )
    form = {
        "client_id": credentials.client_id,
        # The client secret is what signs the app's webhooks.
        "client_secret": credentials.client_secret or credentials.webhook_secret,
    }
    if credentials.refresh_token:
        return form | {"grant_type": "refresh_token", "refresh_token": credentials.refresh_token}
    return form | {"grant_type": "client_credentials"}


def _granted(response: httpx.Response, asked_at: datetime) -> Grant:
    if response.status_code == 404:
        raise UnknownShop(f"Shopify answered HTTP 404: {words_of(response.text)}")
    body = _json(response)
    token = body.get("access_token")
    if response.status_code == 200 and isinstance(token, str) and token:
        refresh = body.get("refresh_token")
        return Grant(
            access_token=token,
            expires_at=_end(asked_at, body.get("expires_in")),
            refresh_token=refresh if isinstance(refresh, str) and refresh else None,
            refresh_token_expires_at=_end(asked_at, body.get("refresh_token_expires_in")),
        )
    if response.status_code == 200:
        raise ShopifyUnavailable("no access token: Shopify answered HTTP 200 without one")
    raise _refused(response, body)


def _refused(response: httpx.Response, body: Mapping[str, Any]) -> GrantRefused:
    html = _TOLD_IN_HTML.search(response.text)
    code = str(body.get("error") or (html and html[1]) or "")
    words = str(body.get("error_description") or "") or words_of(response.text)
    told = f"{code}: {words}" if code and code not in words else words
    return GrantRefused(
        f"Shopify grants no access token (HTTP {response.status_code}): {told[:300]}",
        hint=CURES.get(code),
    )


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _end(asked_at: datetime, seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        return None
    return asked_at + timedelta(seconds=min(seconds, 10 * 365 * 86_400))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
