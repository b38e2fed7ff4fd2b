"""What the client says when Dagster is away; the rest is asked of a running one."""

import pytest

from shopmart.dagster_client import DagsterClient, DagsterError, RunOutcome
from warehouse.ports import free_port


def test_a_dagster_that_is_away_is_named_with_the_cure() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with DagsterClient(url) as client, pytest.raises(DagsterError) as refused:
        client.wait_until_loaded(timeout=0)
    assert url in str(refused.value)
    assert "SHOPMART_DAGSTER_URL" in str(refused.value)


def test_the_page_of_a_run_is_below_the_address() -> None:
    with DagsterClient("http://127.0.0.1:3000/") as client:
        assert client.run_page("abc") == "http://127.0.0.1:3000/runs/abc"


def test_only_success_is_success() -> None:
    assert RunOutcome("1", "SUCCESS", None).succeeded
    assert not RunOutcome("1", "CANCELED", None).succeeded
