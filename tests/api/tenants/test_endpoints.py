"""Connecting shops, changing them, and never telling a secret."""

import logging
from typing import Any

import httpx
import pytest

from tests.api.conftest import Built
from tests.api.shops import SECRET, TOKEN, Shop
from warehouse.connections import Role, connect
from warehouse.credentials import read_credentials
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import ACCESS_REFUSED, pause_tenant

TENANTS = "/api/v1/tenants"
NEW = {"name": "Alpine Tea", "shopDomain": "alpine-tea.myshopify.com", "webhookSecret": SECRET}


def stored(settings: Settings, tenant_id: str) -> Credentials:
    with connect(settings, Role.CONTROL) as connection:
        return read_credentials(connection, Sealer.from_settings(settings), int(tenant_id))


def test_without_tenants_the_list_is_a_bare_empty_array(api: httpx.Client) -> None:
    assert api.get(TENANTS).json() == []


def test_a_connected_shop_is_answered_listed_and_shown(api: httpx.Client) -> None:
    answer = api.post(TENANTS, json=NEW)
    assert answer.status_code == 201
    tenant = answer.json()
    assert set(tenant) == {"id", "name", "shopDomain", "createdAt"}
    assert isinstance(tenant["id"], str)
    assert tenant["createdAt"].endswith("Z")
    assert api.get(TENANTS).json() == [tenant]
    shown = api.get(f"{TENANTS}/{tenant['id']}").json()
    assert shown == {**tenant, "hasAccessToken": False, "status": "active", "pauseReason": None}


@pytest.mark.parametrize("field", sorted(NEW))
@pytest.mark.parametrize("given", [None, "", "   ", "absent"])
def test_a_missing_field_is_a_400_that_names_it(
    built: Built, field: str, given: str | None
) -> None:
    body = {name: value for name, value in NEW.items() if name != field}
    if given != "absent":
        body[field] = given  # type: ignore[assignment]
    answer = built.api.post(TENANTS, json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": field, "message": "is missing"}]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": 5}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"shopDomain": "example.com"}, "shopDomain"),
        ({"shopDomain": ["alpine-tea.myshopify.com"]}, "shopDomain"),
        ({"webhookSecret": {"a": 1}}, "webhookSecret"),
        ({"webhookSecret": "s\n"}, "webhookSecret"),
        ({"accessToken": 12}, "accessToken"),
        ({"accessToken": "x" * 2_000}, "accessToken"),
    ],
)
def test_a_wrong_value_is_a_422_that_names_the_field(
    built: Built, change: dict[str, Any], field: str
) -> None:
    answer = built.api.post(TENANTS, json={**NEW, **change})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert len(built.api.get(TENANTS).json()) == 3


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"null", b"\xff", b"[" * 60_000])
def test_a_body_that_is_no_object_is_refused_plainly(built: Built, body: bytes) -> None:
    answer = built.api.post(TENANTS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]


def test_a_shop_is_connected_once(api: httpx.Client) -> None:
    assert api.post(TENANTS, json=NEW).status_code == 201
    again = api.post(TENANTS, json={**NEW, "shopDomain": "ALPINE-TEA.myshopify.com"})
    assert again.status_code == 409
    assert "alpine-tea" in again.json()["error"]


def test_a_token_given_at_first_or_later_is_sealed_and_only_its_presence_told(
    api: httpx.Client, settings: Settings
) -> None:
    tenant = api.post(TENANTS, json=NEW).json()
    answer = api.patch(f"{TENANTS}/{tenant['id']}", json={"accessToken": TOKEN})
    assert answer.status_code == 200
    assert answer.json() == {
        **tenant,
        "hasAccessToken": True,
        "status": "active",
        "pauseReason": None,
    }
    assert stored(settings, tenant["id"]).access_token == TOKEN


@pytest.mark.parametrize(
    "credentials",
    [
        {"accessToken": TOKEN},
        {"refreshToken": TOKEN, "clientId": "an id"},
        {"clientId": "an id", "clientSecret": TOKEN},
    ],
)
def test_every_kind_of_credential_can_read_a_shop(
    api: httpx.Client, credentials: dict[str, str]
) -> None:
    tenant = api.post(TENANTS, json={**NEW, **credentials}).json()
    assert api.get(f"{TENANTS}/{tenant['id']}").json()["hasAccessToken"]


def test_a_refresh_token_without_its_app_is_refused_by_name(api: httpx.Client) -> None:
    answer = api.post(TENANTS, json={**NEW, "refreshToken": TOKEN})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("refreshToken: needs the clientId")


def test_a_blank_optional_credential_is_none(api: httpx.Client) -> None:
    tenant = api.post(TENANTS, json={**NEW, "accessToken": ""}).json()
    assert not api.get(f"{TENANTS}/{tenant['id']}").json()["hasAccessToken"]


def test_a_change_changes_what_it_names_and_nothing_else(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    before = api.get(shop.path).json()
    assert api.patch(shop.path, json={}).json() == before
    assert api.patch(shop.path, json={"name": " New Name "}).json() == {
        **before,
        "name": "New Name",
    }
    assert stored(settings, before["id"]).access_token == TOKEN
    assert not api.patch(shop.path, json={"accessToken": None}).json()["hasAccessToken"]
    assert stored(settings, before["id"]).webhook_secret == SECRET


def test_a_rotated_webhook_secret_leaves_the_one_before_it_valid(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    assert api.patch(shop.path, json={"webhookSecret": "rotated"}).status_code == 200
    credentials = stored(settings, str(shop.tenant_id))
    assert credentials.webhook_secret == "rotated"
    assert credentials.previous_webhook_secret == SECRET


def test_new_credentials_wake_a_shop_that_its_old_ones_put_to_rest(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    with connect(settings, Role.CONTROL) as connection:
        pause_tenant(connection, shop.tenant_id, reason=ACCESS_REFUSED)
    paused = api.get(shop.path).json()
    assert (paused["status"], paused["pauseReason"]) == ("paused", ACCESS_REFUSED)
    refused = api.post("/api/v1/sync", json={"tenantId": str(shop.tenant_id)})
    assert (refused.status_code, ACCESS_REFUSED in refused.json()["error"]) == (409, True)
    woken = api.patch(shop.path, json={"accessToken": TOKEN}).json()
    assert (woken["status"], woken["pauseReason"]) == ("active", None)


@pytest.mark.parametrize("field", ["name", "webhookSecret"])
def test_what_a_shop_cannot_be_without_cannot_be_taken_away(
    api: httpx.Client, shop: Shop, field: str
) -> None:
    answer = api.patch(shop.path, json={field: None})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


NOBODY = ["7", "0", "01", "-1", "x", "1e3", "9" * 19, "9" * 300, "%00", "%F0%9F%8D%B5", "1%20"]


@pytest.mark.parametrize("tenant_id", NOBODY)
@pytest.mark.parametrize("rest", ["", "/metrics", "/orders", "/customers"])
def test_an_id_of_nobody_is_a_404(built: Built, tenant_id: str, rest: str) -> None:
    answer = built.api.get(f"{TENANTS}/{tenant_id}{rest}")
    assert answer.status_code == 404
    assert isinstance(answer.json()["error"], str)


def test_a_change_of_nobody_is_a_404(api: httpx.Client) -> None:
    assert api.patch(f"{TENANTS}/7", json={"name": "x"}).status_code == 404


def test_no_answer_and_no_log_line_ever_holds_a_secret(
    api: httpx.Client, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = {**NEW, "webhookSecret": SECRET, "accessToken": TOKEN, "clientSecret": TOKEN}
    answers = [
        api.post(TENANTS, json=planted),
        api.post(TENANTS, json={**planted, "shopDomain": "other.myshopify.com"}),
        api.post(TENANTS, json={**planted, "name": 1, "webhookSecret": [SECRET]}),
        api.post(TENANTS, json={**planted, "accessToken": f"{TOKEN}\n"}),
        api.patch(shop.path, json={"accessToken": TOKEN, "webhookSecret": f" {SECRET}"}),
        api.patch(shop.path, json={"accessToken": TOKEN}),
        api.get(shop.path),
        api.get(TENANTS),
        api.get(f"/api/v1/sync/status/{shop.tenant_id}"),
    ]
    told = "".join(answer.text for answer in answers) + caplog.text
    assert SECRET not in told
    assert TOKEN not in told
