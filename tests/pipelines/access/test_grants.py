"""Asking for a token: what is tried again, what is refused in whose words, what is never told."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs

import orjson
import pytest

from pipelines.access.grants import Grant, ask_for_token
from pipelines.errors import GrantRefused, NoAccessToken, ShopifyUnavailable, UnknownShop
from tests.conftest import settings_for
from tests.pipelines.conftest import serving
from tests.pipelines.shopify.scripted import Answer, Script
from warehouse.secrets import Credentials

BY_CREDENTIALS = Credentials(
    webhook_secret="planted-w", client_id="the-id", client_secret="planted-s"
)
BY_REFRESH = BY_CREDENTIALS.changed({"refresh_token": "planted-r"})
GOOD = Answer(body=orjson.dumps({"access_token": "shpat_new", "expires_in": 86399}))
PAIR = Answer(
    body=orjson.dumps(
        {
            "access_token": "shpat_new",
            "expires_in": 3600,
            "refresh_token": "shprt_new",
            "refresh_token_expires_in": 7776000,
        }
    )
)


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.script.paths.append(self.path)
        self.script.asked.append({name: value for name, (value,) in parse_qs(body).items()})
        answer = self.script.take()
        self.send_response_only(answer.status)
        self.send_header("Content-Length", str(len(answer.body) + (100 if answer.cut else 0)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def shopify_says(*answers: Answer) -> Iterator[tuple[str, Script]]:
    """A shop's address that gives these answers, the last of which repeats."""
    script = Script(list(answers))
    with serving(type("Handler", (_Handler,), {"script": script})) as url:
        yield url, script


def asked(url: str, script: Script, credentials: Credentials = BY_CREDENTIALS) -> Grant:
    settings = settings_for(Path("home"), "postgresql://h/d", shopify_base_url=f"{url}/{{shop}}")
    return ask_for_token(settings, "one.myshopify.com", credentials, sleep=script.slept.append)


def refused(answer: Answer, credentials: Credentials = BY_CREDENTIALS) -> GrantRefused:
    """The error that an answer becomes."""
    with shopify_says(answer) as (url, script), pytest.raises(GrantRefused) as caught:
        asked(url, script, credentials)
    assert len(script.asked) == 1
    assert "planted" not in f"{caught.value} {caught.value.hint}"
    return caught.value


def test_client_credentials_are_sent_as_a_form_to_the_shop() -> None:
    with shopify_says(GOOD) as (url, script):
        grant = asked(url, script)
    assert script.paths == ["/one.myshopify.com/admin/oauth/access_token"]
    assert script.asked == [
        {"client_id": "the-id", "client_secret": "planted-s", "grant_type": "client_credentials"}
    ]
    assert grant.access_token == "shpat_new"
    assert grant.refresh_token is None
    assert "shpat_new" not in repr(grant)


def test_a_refresh_token_gives_a_pair_with_both_ends() -> None:
    with shopify_says(PAIR) as (url, script):
        changes = asked(url, script, BY_REFRESH).as_changes()
    assert script.asked[0]["grant_type"] == "refresh_token"
    assert script.asked[0]["refresh_token"] == "planted-r"
    assert changes["refresh_token"] == "shprt_new"
    assert all(changes.values()) and len(changes) == 4


def test_the_secret_that_signs_webhooks_stands_in_for_a_client_secret_of_its_own() -> None:
    with shopify_says(GOOD) as (url, script):
        asked(url, script, Credentials(webhook_secret="planted-w", client_id="the-id"))
    assert script.asked[0]["client_secret"] == "planted-w"


@pytest.mark.parametrize("life", [None, "soon", True, -1])
def test_a_token_whose_life_is_not_told_is_taken_as_lasting(life: object) -> None:
    body = orjson.dumps({"access_token": "shpat_new", "expires_in": life})
    with shopify_says(Answer(body=body)) as (url, script):
        assert asked(url, script).expires_at is None


def test_a_refresh_token_without_its_app_is_told_what_is_missing() -> None:
    alone = Credentials(webhook_secret="planted-w", refresh_token="planted-r")
    with (
        shopify_says(GOOD) as (url, script),
        pytest.raises(NoAccessToken, match="client id of its app"),
    ):
        asked(url, script, alone)
    assert script.asked == []


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        ("shop_not_permitted", "organisation that owns the app"),
        ("invalid_client", "do not belong together"),
        ("application_cannot_be_found", "no app has this client id"),
        ("invalid_grant", "install the app again"),
        ("something_new", "credentials that are in force"),
    ],
)
def test_each_refusal_has_shopifys_words_and_a_cure(code: str, cure: str) -> None:
    body = orjson.dumps({"error": code, "error_description": "In Shopify's words."})
    told = refused(Answer(status=400, body=body))
    assert f"(HTTP 400): {code}: In Shopify's words." in str(told)
    assert cure in str(told.hint)


def test_a_refusal_that_shopify_tells_in_a_web_page_is_understood() -> None:
    page = b"<html><title>400</title><p>Oauth error shop_not_permitted: Client credentials"
    told = refused(Answer(status=400, body=page))
    assert "organisation that owns the app" in str(told.hint)


@pytest.mark.parametrize("body", [b"", b"[]", b'"no"', b"\xff\xfe", b'{"error": {"a": 1}}'])
def test_a_refusal_of_any_form_is_a_clear_error(body: bytes) -> None:
    assert refused(Answer(status=401, body=body)).hint


@pytest.mark.parametrize(
    "fault",
    [Answer(status=503), Answer(status=429, body=b"slow down"), Answer(body=GOOD.body, cut=True)],
)
def test_a_passing_fault_is_tried_again(fault: Answer) -> None:
    with shopify_says(fault, fault, GOOD) as (url, script):
        assert asked(url, script).access_token == "shpat_new"
    assert len(script.slept) == 2
    assert script.slept[0] < script.slept[1]


def test_a_fault_that_stays_is_told_with_the_number_of_tries() -> None:
    with (
        shopify_says(Answer(status=502, body=b"bad gateway")) as (url, script),
        pytest.raises(ShopifyUnavailable, match=r"HTTP 502: bad gateway \(4 tries\)"),
    ):
        asked(url, script)


@pytest.mark.parametrize(
    "body", [b"{}", b"<html>", b'{"access_token": ""}', b'{"access_token": 1}']
)
def test_an_answer_without_a_token_is_no_token(body: bytes) -> None:
    with (
        shopify_says(Answer(body=body)) as (url, script),
        pytest.raises(ShopifyUnavailable, match="without one"),
    ):
        asked(url, script)


def test_a_shop_that_is_not_there_is_told() -> None:
    with (
        shopify_says(Answer(status=404, body=b'{"errors":"Not Found"}')) as (url, script),
        pytest.raises(UnknownShop, match="Not Found"),
    ):
        asked(url, script)
