"""POST /{shop}/admin/oauth/access_token: client credentials, and the refresh of an expiring token.

Form or JSON, as Shopify takes both. Refusals are OAuth's `error` and `error_description`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from sandbox.platform.installation import Installation

Grant = dict[str, object]
_UNKNOWN_APP = "The application cannot be found for this client id."
_WRONG_PROOF = "The client secret does not belong to this client id."
_NOT_INSTALLED = "The app is not installed on this shop."
_UNKNOWN_GRANT = "The grant type is not known; give client_credentials or refresh_token."
_REFRESH_IS_OVER = "The refresh token is invalid, expired or was already used."


def grant(installation: Installation, asked: Mapping[str, object]) -> tuple[int, Grant]:
    """Status and body for what an app posted."""
    if asked.get("client_id") != installation.client_id:
        return _refused("application_cannot_be_found", _UNKNOWN_APP)
    secret = str(asked.get("client_secret") or "")
    if not hmac.compare_digest(secret.encode(), installation.client_secret.encode()):
        return _refused("invalid_client", _WRONG_PROOF, 401)
    if not installation.is_installed:
        return _refused("shop_not_permitted", _NOT_INSTALLED)
    match asked.get("grant_type"):
        case "client_credentials":
            return 200, _of_credentials(installation)
        case "refresh_token":
            return _of_refresh(installation, str(asked.get("refresh_token") or ""))
        case _:
            return _refused("unsupported_grant_type", _UNKNOWN_GRANT)


def _of_credentials(installation: Installation) -> Grant:
    token, life = installation.tokens.by_client_credentials()
    return {
        "access_token": token,
        "scope": ",".join(installation.scopes),
        "expires_in": int(life.total_seconds()),
    }


def _of_refresh(installation: Installation, refresh_token: str) -> tuple[int, Grant]:
    pair = installation.tokens.by_refresh(refresh_token)
    if pair is None:
        return _refused("invalid_grant", _REFRESH_IS_OVER)
    now = installation.clock()
    return 200, {
        "access_token": pair.access,
        "scope": ",".join(installation.scopes),
        "expires_in": int((pair.access_ends - now).total_seconds() + 0.5),
        "refresh_token": pair.refresh,
        "refresh_token_expires_in": int((pair.refresh_ends - now).total_seconds() + 0.5),
    }


def _refused(error: str, description: str, status: int = 400) -> tuple[int, Grant]:
    return status, {"error": error, "error_description": description}
