{# How many rows of a list lie between two places that are kept: so many are skipped at most. #}
{% macro rows_between_places() -%}
    1000
{%- endmacro %}

{# An amount in thousandths, which sort as the amounts do; beyond what a bigint holds all are alike. #}
{% macro as_whole_number(amount) -%}
    (least(greatest({{ amount }}, -9.2e15), 9.2e15) * 1000)::bigint
{%- endmacro %}

{#
    When a product was created, as one key that sorts: those that nothing is known of come last. No coalesce:
    behind row security Postgres searches an index by a case, and not by that.
#}
{% macro listed_from() -%}
    case when created_at is null then '-infinity'::timestamptz else created_at end
{%- endmacro %}

{# Add the days that a model's fresh rows are listed on, in the model's own transaction. #}
{% macro mark_list_days(table, key) %}
    insert into {{ source('control', 'dirty_list_days') }} (tenant_id, build_group, shop_date)
    select distinct fresh.tenant_id, '{{ var("build_group") }}', fresh.shop_date
    from {{ this }} as fresh
    where fresh.shop_date is not null
        and (fresh.tenant_id, fresh.{{ key }}) in ({{ dirty_keys(table, key) }})
    on conflict do nothing
{% endmacro %}

{# The shops of the keys that this build consumes. #}
{% macro dirty_tenants(table) -%}
    select dirty.tenant_id
    from {{ source('control', table) }} as dirty
    where dirty.build_group = '{{ var("build_group") }}'
{%- endmacro %}
