"""The token endpoint over HTTP: what it gives, what it refuses, what its tokens open."""

from typing import Any

import httpx
import pytest

# The client of conftest, which tests cannot import.
App = Any
SHOP = "{ shop { id } }"


def asked(app: App, **fields: object) -> httpx.Response:
    known = {"client_id": app.shop["clientId"], "client_secret": app.shop["clientSecret"]}
    address = f"{app.url}/{app.domain}/admin/oauth/access_token"
    return httpx.post(address, data={**known, **fields}, timeout=30)


def opens(app: App, token: str) -> int:
    headers = {"X-Shopify-Access-Token": token}
    return httpx.post(app.endpoint, json={"query": SHOP}, headers=headers).status_code


def test_client_credentials_open_the_shop(app: App) -> None:
    answer = asked(app, grant_type="client_credentials")
    assert answer.status_code == 200
    given = answer.json()
    assert (given["expires_in"], given["scope"].split(",")) == (86399, app.shop["scopes"])
    assert opens(app, given["access_token"]) == 200


def test_json_is_taken_as_well_as_a_form(app: App) -> None:
    body = {
        "client_id": app.shop["clientId"],
        "client_secret": app.shop["clientSecret"],
        "grant_type": "client_credentials",
    }
    answer = httpx.post(f"{app.url}/{app.domain}/admin/oauth/access_token", json=body)
    assert answer.status_code == 200


def test_a_refresh_gives_a_pair_with_its_lives(app: App) -> None:
    answer = asked(app, grant_type="refresh_token", refresh_token=app.shop["refreshToken"])
    given = answer.json()
    assert set(given) == {
        "access_token",
        "scope",
        "expires_in",
        "refresh_token",
        "refresh_token_expires_in",
    }
    assert (given["expires_in"], given["refresh_token_expires_in"]) == (3600, 90 * 86400)
    assert opens(app, given["access_token"]) == 200
    assert app.control("shops")[0]["refreshToken"] == given["refresh_token"]


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"client_id": "nobody"}, 400, "application_cannot_be_found"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": "é"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "shprt_x"}, 400, "invalid_grant"),
    ],
)
def test_a_refusal_names_its_reason(
    app: App, fields: dict[str, str], status: int, error: str
) -> None:
    answer = asked(app, **{"grant_type": "client_credentials", **fields})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe"])
def test_an_unreadable_request_is_refused_politely(app: App, body: bytes) -> None:
    address = f"{app.url}/{app.domain}/admin/oauth/access_token"
    headers = {"Content-Type": "application/json"}
    assert httpx.post(address, content=body, headers=headers).status_code == 400


def test_an_unknown_shop_is_not_found(app: App) -> None:
    assert httpx.post(f"{app.url}/nobody.myshopify.com/admin/oauth/access_token").status_code == 404


def test_expired_tokens_are_refused_and_can_be_had_again(app: App) -> None:
    token = asked(app, grant_type="client_credentials").json()["access_token"]
    app.control(f"shops/{app.domain}/tokens", {"expire": True})
    assert opens(app, token) == 401
    assert opens(app, app.shop["accessToken"]) == 200
    again = asked(app, grant_type="client_credentials").json()["access_token"]
    assert opens(app, again) == 200


def test_revoked_tokens_are_all_refused(app: App) -> None:
    app.control(f"shops/{app.domain}/tokens", {"revoke": True})
    assert opens(app, app.shop["accessToken"]) == 401
    refresh = asked(app, grant_type="refresh_token", refresh_token=app.shop["refreshToken"])
    assert refresh.json()["error"] == "invalid_grant"


def test_the_life_of_tokens_can_be_shortened_and_restored(app: App) -> None:
    app.control(f"shops/{app.domain}/tokens", {"lifetime_seconds": 90})
    assert asked(app, grant_type="client_credentials").json()["expires_in"] == 90
    app.control(f"shops/{app.domain}/tokens", {"lifetime_seconds": None})
    assert asked(app, grant_type="client_credentials").json()["expires_in"] == 86399


@pytest.mark.parametrize(
    ("body", "word"),
    [({"expire": 1}, "expire"), ({"lifetime_seconds": 0}, "lifetime"), ({"kill": True}, "kill")],
)
def test_a_wish_that_cannot_be_is_refused(app: App, body: dict[str, object], word: str) -> None:
    response = app.respond(f"shops/{app.domain}/tokens", body)
    assert response.status_code == 400
    assert word in response.json()["error"]
