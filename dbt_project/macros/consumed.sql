{# The keys of a dirty set that this build consumes, for `(tenant_id, key) in (...)`. #}
{% macro dirty_keys(table, key) -%}
    select dirty.tenant_id, dirty.{{ key }}
    from {{ source('control', table) }} as dirty
    where dirty.build_group = '{{ var("build_group") }}'
{%- endmacro %}

{#
    Incremental strategy: delete what is dirty, then insert what the model found for it. dbt's own
    delete+insert deletes the keys of the new rows only, so a key that lost all rows kept the old ones.
    A small model may consume `everything`: all its rows are replaced, and readers never miss a row.
#}
{% macro get_incremental_consumed_sql(arg_dict) %}
    {% set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) %}
    {% set dirty = config.get("meta")["consumes"] %}
    {% call statement("delete_dirty") %}
        delete from {{ arg_dict["target_relation"] }}
        {% if dirty != "everything" %}
            where (tenant_id, {{ dirty["column"] }}) in ({{ dirty_keys(dirty["table"], dirty["key"]) }})
        {% endif %}
    {% endcall %}
    insert into {{ arg_dict["target_relation"] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict["temp_relation"] }}
{% endmacro %}

{# Add the days that a model's fresh rows fall on, in the model's own transaction. #}
{% macro mark_days(day_column) %}
    insert into {{ source('control', 'dirty_days') }} (tenant_id, build_group, shop_date)
    select distinct fresh.tenant_id, '{{ var("build_group") }}', fresh.{{ day_column }}
    from {{ this }} as fresh
    where (fresh.tenant_id, fresh.order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    on conflict do nothing
{% endmacro %}

{# Add the products that the fresh lines name, in the model's own transaction. #}
{% macro mark_products() %}
    insert into {{ source('control', 'dirty_products') }} (tenant_id, build_group, product_id)
    select distinct fresh.tenant_id, '{{ var("build_group") }}', fresh.product_id
    from {{ this }} as fresh
    where fresh.product_id is not null
        and (fresh.tenant_id, fresh.order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    on conflict do nothing
{% endmacro %}

{# Add the cohorts that the touched buyers are of, in the model's own transaction. #}
{% macro mark_cohorts() %}
    insert into {{ source('control', 'dirty_cohorts') }} (tenant_id, build_group, cohort_month)
    select distinct fresh.tenant_id, '{{ var("build_group") }}', fresh.cohort_month
    from {{ this }} as fresh
    where (fresh.tenant_id, fresh.buyer_key) in ({{ dirty_keys('dirty_buyers', 'buyer_key') }})
    on conflict do nothing
{% endmacro %}

{#
    Models hold only what the dirty sets name, so a bare `dbt run --full-refresh` would empty the
    marts: refuse to run when no build has prepared the sets.
#}
{% macro require_running_build() %}
    {% if execute and flags.WHICH in ("run", "build") %}
        {% set running = run_query(
            "select count(*) from control.builds where status = 'running'"
            ~ " and build_group = '" ~ var("build_group") ~ "'"
        ) %}
        {% if running.rows[0][0] == 0 %}
            {% do exceptions.raise_compiler_error(
                "No build is running: start dbt by `python -m pipelines build`, which names what to recompute."
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}

{#
    Before each model: the build that this connection names must still be the one that runs. A dbt whose
    caller was killed lives on, and must not write beside the build that took over.
#}
{% macro require_own_build() -%}
    do $$ begin
        if not exists (
            select 1 from control.builds
            where status = 'running' and build_id::text = current_setting('shopmart.build_id', true)
        ) then
            raise exception 'this build was given up: the process that began it has ended';
        end if;
    end $$
{%- endmacro %}
