"""The form of METRICS.md's proof: some of a sentence's own words, and the tests that hold it.

A test is named below `tests/`; a unit test or an assertion of the models by its YAML file.
"""

from typing import NamedTuple

MODELS = "dbt_project/models"
EQUATIONS = "dbt_project/tests/assertions.yml"
ORACLE = "oracle/test_oracle.py::test_a_mart_is_what_the_raw_documents_say"
KNOWN = "dbt_project/test_known_answers.py::test_the_known_case_has_its_known_answer"
OWN_DAY = "dbt_project/test_known_answers.py::test_what_is_reversed_later_falls_on_its_own_day"
RARE = "dbt_project/test_rare_events.py::test_admin_documents_of_rare_events_give_the_true_figures"
ASKED = (
    "dbt_project/test_asked_figures.py::test_a_figure_that_is_asked_for_is_what_its_formula_says"
)
TWO_WAYS = "proofs/test_two_ways.py"
METRICS = "api/metrics/test_endpoints.py"
CHECKOUTS = "api/checkouts/test_endpoints.py"
REFUNDS = "api/refunds/test_endpoints.py"
STORIES = "dbt_project/test_checkouts.py"
BACKFILLED = "dbt_project/test_backfilled_checkouts.py"
IDENTITY = "pipelines/build/test_identity.py"
LIVES = "dbt_project/test_buyers_lives.py"
DAILY_CLASSES = "dbt_project/test_daily_classes.py"
CATALOGUE = "shopmart/catalogue/test_metrics.py"
ODD = "dbt_project/test_odd_documents.py"
PAYMENTS = "dbt_project/test_payments.py"


class Sentence(NamedTuple):
    """Words as METRICS.md writes them, and the tests without which they would be a wish."""

    words: str
    tests: tuple[str, ...]
