"""What holds for every endpoint, and for those beside the contract; see ``promises``."""

from api.documentation.promises import (
    CHECKOUTS,
    ERRORS,
    EVENTS,
    GATE,
    METRICS,
    ORDERS,
    PATIENCE,
    REDIS,
    REFUNDS,
    REFUSALS,
    SERVING,
    TABLES,
    TELEMETRY,
    Promise,
)

MANNERS = [
    Promise(
        "Days",
        "`startDate` and `endDate` are shop days, both inclusive; of a date-time, its shop day",
        (
            f"{METRICS}::test_a_moment_means_its_day_in_the_shops_zone",
            "api/test_arguments.py::test_a_bound_is_a_day_of_the_shop",
        ),
    ),
    Promise(
        "Bounds",
        "`limit` is 1 to 250, `page` from 1, `offset` from 0, else 422 with the field and its cure",
        (
            f"{ORDERS}::test_a_page_that_cannot_be_is_a_422_that_names_the_field",
            f"{ORDERS}::test_the_bounds_of_limit_are_allowed",
            f"{REFUNDS}::test_a_part_that_cannot_be_is_a_422_that_names_the_field",
            f"{CHECKOUTS}::test_a_status_that_does_not_exist_is_a_422_that_names_the_others",
        ),
    ),
    Promise(
        "Types",
        "money is a JSON number exact to the cent, an id a text, a time ISO 8601 in UTC",
        (
            "api/test_encoding.py::test_no_cent_of_any_amount_is_lost",
            "api/test_encoding.py::test_a_time_is_written_in_utc_whatever_zone_it_came_in",
            "api/test_openapi.py::test_the_real_answer_fits_its_schema",
        ),
    ),
    Promise(
        "Errors",
        "every error is `application/problem+json` with a text `error`; no input makes a 500",
        (
            "api/test_openapi.py::test_every_error_is_a_problem_document",
            f"{ERRORS}::test_another_method_has_the_one_shape_and_names_the_right_ones",
            "api/test_any_input.py::test_whatever_is_sent_is_answered_in_the_contracts_shapes",
        ),
    ),
    Promise(
        "The dashboard",
        "its calls work through a plain proxy, without an Authorization header, with `limit=200`",
        ("api/test_dashboard.py::test_the_dashboards_calls_work_through_a_plain_proxy",),
    ),
    Promise(
        "Keeping",
        "`X-Cache` says whether an answer was kept; with `If-None-Match` it is a 304, of a table, "
        "too; a build, midnight, and for checkouts the next one that turns abandoned, ends it",
        (
            f"{SERVING}::test_who_has_the_answer_already_is_told_only_that",
            f"{SERVING}::test_who_has_a_table_already_is_told_only_that",
            f"{SERVING}::test_a_build_ends_every_kept_answer_and_its_tag",
            f"{SERVING}::test_midnight_in_the_shop_ends_a_kept_answer",
            "api/test_answers.py::test_an_answer_that_holds_briefly_is_computed_again_after_that",
            f"{CHECKOUTS}::test_an_answer_holds_until_the_next_open_checkout_turns_abandoned",
        ),
    ),
    Promise(
        "Redis",
        "with `SHOPMART_REDIS_URL` processes share answers and counts; it may vanish at any time",
        (
            f"{REDIS}::test_what_one_process_computed_another_one_has",
            f"{REDIS}::test_redis_may_vanish_and_come_back",
        ),
    ),
    Promise(
        "CSV",
        "every list comes as CSV by `Accept: text/csv` or `.csv` behind its path: all of it, or "
        "the page that is asked for; no cell is a formula",
        (
            f"{TABLES}::test_every_list_is_a_table_of_the_same_rows_by_header_and_by_name",
            f"{TABLES}::test_a_page_that_is_asked_for_is_that_page",
            f"{TABLES}::test_no_text_begins_like_a_formula",
        ),
    ),
    Promise(
        "Rates",
        "an address that asks too often gets 429 with Retry-After; health and rightly signed "
        "webhooks never do",
        (
            f"{GATE}::test_an_address_that_asks_too_often_is_told_when_to_ask_again",
            f"{GATE}::test_rightly_signed_webhooks_are_never_bounded",
        ),
    ),
    Promise(
        "Names",
        "while authentication is off only this machine's names and `SHOPMART_ALLOWED_HOSTS` are "
        "answered, others get 421; `SHOPMART_CORS_ORIGINS` names the pages whose scripts may read",
        (
            f"{GATE}::test_a_foreign_name_is_refused_with_the_cure",
            f"{GATE}::test_health_and_webhooks_come_under_any_name",
            f"{GATE}::test_another_pages_script_reads_answers_only_when_its_origin_is_named",
        ),
    ),
    Promise(
        "GET `/status`",
        "each tenant's freshness, lag, last sync, coverage, what is quarantined, what ends when",
        (
            "api/status/test_endpoints.py::test_what_waits_and_since_when_is_told_for_each_tenant",
            "api/status/test_endpoints.py::test_a_paused_tenant_says_why",
        ),
    ),
    Promise(
        "GET `/tenants/{id}/events`",
        "200, what became of each delivery, newest first; `/events/{eventId}` one with its "
        "headers, with `?body=true` its bytes · 404",
        (
            f"{EVENTS}::test_deliveries_stand_newest_first_and_pages_neither_overlap_nor_skip",
            f"{EVENTS}::test_each_tenant_sees_its_own_deliveries_only",
            f"{EVENTS}::test_a_delivery_is_shown_with_its_headers_and_only_when_asked_with_its_body",
        ),
    ),
    Promise(
        "POST `/tenants/{id}/events/replay`, `/events/release`",
        "202 with how many deliveries are loaded again, or come back from quarantine; figures "
        'stay as they are; nothing chosen is a 422 unless it says `{"all": true}` · 404 · 422',
        (
            f"{EVENTS}::test_without_a_choice_nothing_is_handed_back",
            f"{EVENTS}::test_a_replay_hands_back_what_was_loaded_and_wakes_the_loader",
            f"{EVENTS}::test_a_release_hands_back_what_was_put_aside",
            "pipelines/test_replay.py::test_replays_give_the_same_marts_row_for_row",
        ),
    ),
    Promise(
        "GET `/refusals`",
        "deliveries that were not taken, by day, cause and the shop they named, with a sample of "
        "headers without secrets",
        (
            f"{REFUSALS}::test_each_refused_delivery_is_counted_with_its_cause_and_its_shop",
            f"{REFUSALS}::test_the_sample_holds_headers_without_secrets_and_no_body",
        ),
    ),
    Promise(
        "Shopify's five seconds",
        "a delivery is answered within them whatever hangs: 200 once durable, else 503 with "
        "Retry-After; what is under way when the API is stopped is stored and answered",
        (
            f"{PATIENCE}::test_whatever_hangs_each_delivery_is_answered_while_it_still_hangs",
            f"{PATIENCE}::test_a_full_queue_refuses_at_once_and_takes_up_again",
            f"{PATIENCE}::test_what_waits_when_the_server_is_stopped_is_stored_and_answered",
        ),
    ),
    Promise(
        "GET `/metrics`",
        "at the root, not below `/api/v1`: what Prometheus scrapes, of this process and of each "
        "tenant by its id; under this machine's and the allowed names only",
        (
            f"{TELEMETRY}::test_deliveries_are_counted_by_what_they_were_answered",
            f"{TELEMETRY}::test_tenants_are_told_as_the_status_tells_them",
            f"{TELEMETRY}::test_two_processes_sum_to_what_was_sent_and_agree_on_the_tenants",
            f"{TELEMETRY}::test_no_shop_person_or_secret_is_named",
            f"{TELEMETRY}::test_under_a_foreign_name_nothing_is_told",
        ),
    ),
]
