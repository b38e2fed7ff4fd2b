"""What the API promises, line by line, and the tests that hold it: the source of ``docs/api.md``.

A test is named as ``<file below tests>::<name>``, a unit test of a model as ``<yml>::<name>``.
"""

from typing import NamedTuple

TENANTS = "api/tenants/test_endpoints.py"
METRICS = "api/metrics/test_endpoints.py"
ORDERS = "api/orders/test_endpoints.py"
CUSTOMERS = "api/customers/test_endpoints.py"
PRODUCTS = "api/products/test_endpoints.py"
SYNCS = "api/syncs/test_endpoints.py"
CHECKOUTS = "api/checkouts/test_endpoints.py"
DETECTION = "api/checkouts/test_detection.py"
REFUNDS = "api/refunds/test_endpoints.py"
ROUTE = "api/webhooks/test_route.py"
COMMITTER = "api/webhooks/test_committer.py"
PATIENCE = "api/webhooks/test_patience.py"
REFUSALS = "api/webhooks/test_refusals.py"
EVENTS = "api/events/test_endpoints.py"
ERRORS = "api/test_errors.py"
GATE = "api/test_gate.py"
SERVING = "api/test_serving.py"
TABLES = "api/test_tables.py"
REDIS = "api/test_shared_answers.py"
TELEMETRY = "api/telemetry/test_endpoint.py"
MODELS = "dbt_project/models"


class Promise(NamedTuple):
    """One line, and what holds it."""

    line: str
    promise: str
    tests: tuple[str, ...]


ENDPOINTS = [
    Promise(
        "GET `/health`",
        "200 `{status, timestamp}`, asking nobody; `/ready` asks the database",
        (f"{ERRORS}::test_health_answers_in_the_contracts_shape",),
    ),
    Promise(
        "GET `/tenants`",
        "200, a bare array, oldest first",
        (
            f"{TENANTS}::test_without_tenants_the_list_is_a_bare_empty_array",
            f"{TENANTS}::test_a_connected_shop_is_answered_listed_and_shown",
        ),
    ),
    Promise(
        "POST `/tenants`",
        "201 · 400 a field is missing · 409 the domain is taken · 422 a value that cannot be",
        (
            f"{TENANTS}::test_a_connected_shop_is_answered_listed_and_shown",
            f"{TENANTS}::test_a_missing_field_is_a_400_that_names_it",
            f"{TENANTS}::test_a_shop_is_connected_once",
            f"{TENANTS}::test_every_kind_of_credential_can_read_a_shop",
        ),
    ),
    Promise(
        "GET `/tenants/{id}`",
        "200, never the token nor the secret; with `status` and `pauseReason` · 404",
        (
            f"{TENANTS}::test_no_answer_and_no_log_line_ever_holds_a_secret",
            f"{TENANTS}::test_an_id_of_nobody_is_a_404",
        ),
    ),
    Promise(
        "PATCH `/tenants/{id}`",
        "200, the same shape; new credentials wake a shop that was paused for its old ones · 404",
        (
            f"{TENANTS}::test_a_change_changes_what_it_names_and_nothing_else",
            f"{TENANTS}::test_new_credentials_wake_a_shop_that_its_old_ones_put_to_rest",
            f"{TENANTS}::test_a_change_of_nobody_is_a_404",
        ),
    ),
    Promise(
        "GET `/tenants/{id}/metrics`",
        "200 with five top customers and 30 days, or the days of a range; `X-Cache` · 404",
        (
            f"{METRICS}::test_the_figures_are_those_of_everything_that_the_shop_sold",
            f"{METRICS}::test_a_range_has_the_figures_of_its_days_both_ends_included",
            f"{METRICS}::test_the_biggest_buyers_stand_first_guests_among_them",
            f"{METRICS}::test_the_same_question_is_answered_from_memory_the_second_time",
        ),
    ),
    Promise(
        "GET `/tenants/{id}/orders`",
        "200, a page, newest first, of a range or of all · 404",
        (
            f"{ORDERS}::test_orders_stand_newest_first_without_test_orders",
            f"{ORDERS}::test_a_range_narrows_the_list_and_its_count",
            f"{ORDERS}::test_pages_neither_overlap_nor_skip",
        ),
    ),
    Promise(
        "GET `/tenants/{id}/customers`",
        "200, a page, biggest spender first · 404",
        (
            f"{CUSTOMERS}::test_the_biggest_spender_stands_first_and_guests_have_ids_of_their_own",
            f"{CUSTOMERS}::test_a_customer_is_told_in_full",
        ),
    ),
    Promise(
        "GET `/tenants/{id}/products`",
        "200, a page, newest first; deleted ones are not listed · 404",
        (
            f"{PRODUCTS}::test_products_stand_newest_first",
            f"{PRODUCTS}::test_a_product_is_told_in_full",
        ),
    ),
    Promise(
        "POST `/sync`",
        "200 when it ends in time, else 202 · 400 no tenantId or no token · 404 · 409 one is "
        "running, or the tenant is paused",
        (
            f"{SYNCS}::test_a_sync_that_ends_in_time_is_told_with_its_counts",
            f"{SYNCS}::test_a_sync_that_outlasts_patience_is_a_202_that_names_it",
            f"{SYNCS}::test_without_a_tenant_it_is_a_400_that_names_the_field",
            f"{SYNCS}::test_without_an_access_token_it_is_a_400_with_the_cure",
            f"{SYNCS}::test_an_unknown_tenant_is_a_404",
            f"{SYNCS}::test_while_a_sync_is_running_it_is_a_409",
        ),
    ),
    Promise(
        "GET `/sync/status/{tenantId}`",
        "200 with the counts of the marts and the last sync · 404",
        (
            f"{SYNCS}::test_the_status_tells_what_is_held_and_how_the_last_sync_went",
            f"{SYNCS}::test_the_counts_are_those_of_the_marts",
            f"{SYNCS}::test_the_status_of_nobody_is_a_404",
        ),
    ),
    Promise(
        "GET `/analytics/checkouts/{tenantId}`",
        "200; rates in percent, two decimals; values in the shop's currency · 404",
        (
            f"{CHECKOUTS}::test_the_figures_are_those_of_the_contract",
            f"{CHECKOUTS}::test_a_range_takes_the_checkouts_that_began_in_its_shop_days",
            f"{REFUNDS}::test_the_analytics_of_nobody_are_a_404",
        ),
    ),
    Promise(
        "GET `/analytics/checkouts/{tenantId}/list`",
        "200, a part, newest first, in one status or in any · 404",
        (
            f"{CHECKOUTS}::test_a_checkout_is_told_in_the_contracts_words",
            f"{CHECKOUTS}::test_a_status_narrows_the_list_and_its_count",
            f"{CHECKOUTS}::test_parts_neither_overlap_nor_skip",
        ),
    ),
    Promise(
        "GET `/analytics/refunds/{tenantId}`",
        "200; only payments that succeeded are money paid back · 404",
        (
            f"{REFUNDS}::test_only_payments_that_succeeded_are_money_paid_back",
            f"{REFUNDS}::test_a_range_takes_the_refunds_of_its_shop_days",
        ),
    ),
    Promise(
        "GET `/analytics/refunds/{tenantId}/list`",
        "200, a part, newest first · 404",
        (
            f"{REFUNDS}::test_a_refund_is_told_in_the_contracts_words",
            f"{REFUNDS}::test_parts_neither_overlap_nor_skip",
        ),
    ),
    Promise(
        "POST `/analytics/detect-abandoned/{tenantId}`",
        "200; each abandoned checkout is counted once · 404",
        (
            f"{DETECTION}::test_what_turned_abandoned_is_counted_once",
            f"{DETECTION}::test_a_detection_of_nobody_is_a_404",
        ),
    ),
    Promise(
        "POST `/webhook/shopify`",
        "200 once it is durable; checked in this order: 400 · 413 · 404 · 401 · 503",
        (
            f"{ROUTE}::test_a_missing_header_is_a_400_that_names_it",
            f"{ROUTE}::test_a_body_above_the_bound_is_a_413_even_for_an_unknown_shop",
            f"{ROUTE}::test_an_unknown_shop_is_a_404_before_its_signature_is_looked_at",
            f"{ROUTE}::test_a_wrong_signature_of_any_length_is_a_401",
            f"{ROUTE}::test_whatever_is_rightly_signed_lands",
            f"{COMMITTER}::test_without_a_database_a_delivery_is_a_503_and_never_a_200",
        ),
    ),
]
