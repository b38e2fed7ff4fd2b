"""Every mart is, to the cent and row for row, what the raw documents say by other SQL.

Asked twice: while plain orders stand on what webhooks told, and when everything was read again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.conftest import DATABASE, recreate, settings_for
from tests.oracle.comparing import KEYS, Row, differences, read_mart
from tests.oracle.histories import open_shops
from tests.oracle.oracle import Oracle
from warehouse.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
TOLD, READ_AGAIN = "told by webhooks, marked orders read", "read again"
# As many lines as a reader takes in.
SHOWN = 20
# A buyer's key is random: who it joins is compared, as the buyer's first order.
RANDOM = {(mart, "buyer_key") for mart in ("orders", "customers", "customer_rfm", "checkouts")}
# Seen through the views checkouts and customers, which have all their columns.
BENEATH = {"checkout_lives", "customer_lives"}
# METRICS.md, The ledger.
VOCABULARY = {
    "reason": {"order", "order_edit", "refund", "return", "unknown"},
    "action": {"order", "return", "update", "unknown"},
    "line_type": {
        *("product", "gift_card", "shipping", "duty", "additional_fee", "fee", "tip"),
        *("adjustment", "unknown"),
    },
    "origin": {"agreement", "derived"},
}
DERIVED_FROM = {
    *("line", "ship", "refund", "adj", "removed", "cancelled"),
    *("tip", "duty", "additional_fee"),
}
COLUMNS = "select table_name, column_name from information_schema.columns where table_schema = %s"


@dataclass(frozen=True)
class Reading:
    """Both opinions at one moment."""

    expected: dict[str, list[Row]]
    found: dict[str, list[Row]]
    columns: set[tuple[str, str]]


def both_opinions(settings: Settings) -> Reading:
    oracle = Oracle(settings)
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:  # type: ignore[union-attr]
        columns = {(mart, name) for mart, name in connection.execute(COLUMNS, ["marts"])}
    return Reading(
        expected={mart: oracle.read(mart) for mart in KEYS},
        found={mart: read_mart(settings, mart) for mart in KEYS},
        columns=columns,
    )


@pytest.fixture(scope="module")
def readings(
    cluster_url: str, home: Path, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Reading]]:
    """Shops are read, live on and are told of it, and are read again."""
    recreate(cluster_url, DATABASE, template=template)
    settings = settings_for(home, f"{cluster_url}/{DATABASE}")
    with open_shops(settings, tmp_path_factory.mktemp("oracle"), seed=22, orders=30) as shops:
        shops.sync()
        shops.build()
        shops.live(10)
        shops.hear()
        for group in ("live", "all"):
            shops.build(group=group)
        told = both_opinions(shops.settings)
        shops.sync()
        shops.build()
        yield {TOLD: told, READ_AGAIN: both_opinions(shops.settings)}


@pytest.mark.parametrize("stage", [TOLD, READ_AGAIN])
@pytest.mark.parametrize("mart", list(KEYS))
def test_a_mart_is_what_the_raw_documents_say(
    readings: dict[str, Reading], mart: str, stage: str
) -> None:
    reading = readings[stage]
    assert reading.found[mart], f"{mart} is empty: nothing was compared"
    found = list(differences(mart, reading.expected[mart], reading.found[mart]))
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:SHOWN])


def test_every_column_of_every_mart_was_compared(readings: dict[str, Reading]) -> None:
    reading = readings[READ_AGAIN]
    compared = {(mart, column) for mart in KEYS for column in reading.expected[mart][0]}
    left = {one for one in reading.columns - compared - RANDOM if one[0] not in BENEATH}
    assert not left, f"the oracle has no opinion on {sorted(left)}"


def test_both_origins_of_the_ledger_were_compared(readings: dict[str, Reading]) -> None:
    origins = {
        stage: {row["origin"] for row in one.found["ledger"]} for stage, one in readings.items()
    }
    assert origins == {TOLD: {"agreement", "derived"}, READ_AGAIN: {"agreement"}}


def test_the_ledger_speaks_only_its_own_words(readings: dict[str, Reading]) -> None:
    rows = [row for one in readings.values() for row in one.found["ledger"]]
    for column, words in VOCABULARY.items():
        assert {row[column] for row in rows} <= words, column
    for row in rows:
        own = row["sale_key"].isdecimal()
        assert own == (row["origin"] == "agreement"), row["sale_key"]
        assert own or row["sale_key"].partition(":")[0] in DERIVED_FROM, row["sale_key"]


def test_the_rarer_sales_were_among_them(readings: dict[str, Reading]) -> None:
    rows = readings[READ_AGAIN].found["ledger"]
    assert {row["reason"] for row in rows} >= {"order", "order_edit", "refund", "return"}
    kinds = {
        "product",
        "gift_card",
        "shipping",
        "adjustment",
        "tip",
        "duty",
        "additional_fee",
        "fee",
    }
    assert {row["line_type"] for row in rows} >= kinds
    assert len({row["currency"] for row in rows}) == 3
    assert any(row["currency"] != row["presentment_currency"] for row in rows)
