"""One shop's GraphQL: what is tried again, what is waited for, what is an error."""

from pathlib import Path

import orjson
import pytest

from pipelines.errors import (
    AccessDenied,
    QueryRefused,
    QueryTooCostly,
    ShopClosed,
    ShopifyError,
    ShopifyUnavailable,
    UnknownShop,
    WrongToken,
    WrongVersion,
)
from tests.pipelines.shopify.scripted import Answer, data, errors, scripted

GOOD = data({"shop": {"id": "gid://shopify/Shop/1"}})
EMPTY_BUCKET = {
    "requestedQueryCost": 500,
    "actualQueryCost": None,
    "throttleStatus": {"maximumAvailable": 1000.0, "currentlyAvailable": 300, "restoreRate": 50.0},
}


def test_a_throttled_query_waits_until_the_bucket_holds_its_cost() -> None:
    with scripted(errors("THROTTLED", "Throttled", EMPTY_BUCKET), GOOD) as (client, script, _):
        assert client.query("{ shop { id } }") == {"shop": {"id": "gid://shopify/Shop/1"}}
        assert any(3.5 <= slept <= 4.0 for slept in script.slept)


def test_shopifys_recorded_throttled_answer_is_understood(shared: Path) -> None:
    recorded = (shared / "shopify" / "graphql" / "throttled_response.json").read_bytes()
    with scripted(Answer(body=recorded), GOOD) as (client, script, _):
        client.query("{ shop { id } }")
        assert any(1.0 < slept < 2.0 for slept in script.slept)


def test_a_429_waits_as_long_as_it_says() -> None:
    refusal = Answer(status=429, body=b'{"errors":"slow down"}', headers={"Retry-After": "2.0"})
    with scripted(refusal, GOOD) as (client, script, _):
        client.query("{ shop { id } }")
        assert 2.0 in script.slept


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=503, body=b"upstream"),
        Answer(status=500, body=b""),
        Answer(body=b"<html>"),
        Answer(body=b"[]"),
        Answer(body=orjson.dumps({"data": None})),
        Answer(body=b'{"data', cut=True),
        errors("INTERNAL_SERVER_ERROR", "Internal error. Looks like something went wrong"),
    ],
)
def test_a_passing_fault_is_tried_again_with_growing_pauses(fault: Answer) -> None:
    with scripted(fault, fault, GOOD) as (client, script, _):
        assert client.query("{ shop { id } }")
        pauses = [slept for slept in script.slept if slept > 0]
        assert len(pauses) == 2
        assert pauses[0] < pauses[1]


def test_a_fault_that_stays_is_told_with_the_number_of_tries() -> None:
    with scripted(Answer(status=502, body=b"bad gateway")) as (client, script, _):
        with pytest.raises(ShopifyUnavailable, match=r"502: bad gateway \(6 tries\)"):
            client.query("{ shop { id } }")
        assert len(script.asked) == 6


def test_an_address_where_nobody_answers_is_told() -> None:
    with scripted(GOOD) as (client, _, _url):
        client._url = "http://127.0.0.1:9/graphql.json"
        with pytest.raises(ShopifyUnavailable, match="no answer from Shopify"):
            client.query("{ shop { id } }")


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            Answer(401, b'{"errors":"[API] Invalid API key or access token"}'),
            WrongToken,
            "Invalid API key",
        ),
        (Answer(402, b'{"errors":"This shop is unpaid"}'), ShopClosed, "unpaid"),
        (Answer(403, b'{"errors":"forbidden"}'), ShopClosed, "forbidden"),
        (Answer(423, b'{"errors":"locked"}'), ShopClosed, "locked"),
        (Answer(404, b'{"errors":"Not Found"}'), UnknownShop, "Not Found"),
        (Answer(301, b""), ShopifyUnavailable, "301"),
        (
            errors("ACCESS_DENIED", "Access denied for customers field."),
            AccessDenied,
            "customers field",
        ),
        (
            errors("MAX_COST_EXCEEDED", "Query cost is 1200, over 1000"),
            QueryTooCostly,
            "over 1000",
        ),
        (errors("undefinedField", "Field 'x' doesn't exist"), QueryRefused, "doesn't exist"),
        (Answer(body=b'{"errors": "a bare text"}'), QueryRefused, "a bare text"),
        (Answer(body=b'{"errors": {"query": ["missing"]}}'), QueryRefused, "missing"),
    ],
)
def test_each_refusal_has_its_error_shopifys_words_and_a_cure(
    answer: Answer, kind: type[ShopifyError], words: str
) -> None:
    with scripted(answer) as (client, script, _):
        with pytest.raises(kind, match=words) as refused:
            client.query("{ shop { id } }")
        assert refused.value.hint
        assert "shpat_secret" not in str(refused.value)
        assert len(script.asked) == 1


def test_a_warning_about_the_search_is_an_error() -> None:
    search = [{"path": ["orders"], "query": "updatd_at:>1", "warnings": [
        {"field": "updatd_at", "message": "Invalid search field for this query."}
    ]}]  # fmt: skip
    refused = pytest.raises(QueryRefused, match="Invalid search field")
    with scripted(data({"orders": {}}, search=search)) as (client, _, _url), refused:
        client.query("{ orders { id } }")


def test_a_search_without_warnings_is_none() -> None:
    search = [{"path": ["orders"], "query": "id:1", "parsed": {}}]
    with scripted(data({"orders": {}}, search=search)) as (client, _, _url):
        assert client.query("{ orders { id } }") == {"orders": {}}


def test_an_answer_in_another_version_is_an_error() -> None:
    other = Answer(body=GOOD.body, headers={"X-Shopify-API-Version": "2027-01"})
    refused = pytest.raises(WrongVersion, match=r"asked for API version 2026-10.*2027-01")
    with scripted(other) as (client, _, _url), refused:
        client.query("{ shop { id } }")


def test_a_clock_of_ours_that_is_ahead_is_noticed() -> None:
    behind = Answer(body=GOOD.body, headers={"Date": "Sun, 01 Mar 2026 00:00:00 GMT"})
    with scripted(behind) as (client, _, _url):
        client.query("{ shop { id } }")
        assert client.clock_ahead > 3600


def test_the_token_goes_to_the_shop_and_not_to_the_result_file() -> None:
    with scripted(GOOD, Answer(body=b"line\n")) as (client, script, url):
        client.query("{ shop { id } }")
        with client.download(f"{url}/result.jsonl") as chunks:
            assert b"".join(chunks) == b"line\n"
    to_shop, to_file = [{k.lower(): v for k, v in one["headers"].items()} for one in script.asked]
    assert to_shop["x-shopify-access-token"] == "shpat_secret"
    assert "x-shopify-access-token" not in to_file
