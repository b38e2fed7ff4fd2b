{# When the build that runs began: all statements of a build agree on the day by it. #}
{% macro moment_of_build() -%}
    (select max(builds.started_at) from {{ source('control', 'builds') }} as builds where builds.status = 'running')
{%- endmacro %}

{# The shops' own today, of a relation `shops` with a `day_timezone`. #}
{% macro today_of_shop() -%}
    ({{ moment_of_build() }} at time zone shops.day_timezone)::date
{%- endmacro %}

{# The shops of the buyers that this build recomputes. #}
{% macro dirty_shops() -%}
    select dirty.tenant_id
    from {{ source('control', 'dirty_buyers') }} as dirty
    where dirty.build_group = '{{ var("build_group") }}'
{%- endmacro %}

{#
    Incremental strategy of a table that keeps one state for each shop day, keyed by `as_of_date`. What a
    touched shop has of its today is brought to what the model found; rows that stay as they are are not
    written again, and earlier days are not touched. A day after today is left by a zone that was changed.
#}
{% macro get_incremental_daily_sql(arg_dict) %}
    {% set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) %}
    {% call statement("delete_changed") %}
        delete from {{ arg_dict["target_relation"] }} as standing
        using {{ ref('shops') }} as shops
        where standing.tenant_id = shops.tenant_id
            and standing.as_of_date >= {{ today_of_shop() }}
            and standing.tenant_id in ({{ dirty_shops() }})
            and not exists (
                select 1
                from {{ arg_dict["temp_relation"] }} as fresh
                where fresh.tenant_id = standing.tenant_id
                    {% for column in arg_dict["dest_columns"] %}
                    and fresh.{{ column.quoted }} is not distinct from standing.{{ column.quoted }}
                    {% endfor %}
            )
    {% endcall %}
    insert into {{ arg_dict["target_relation"] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict["temp_relation"] }}
    on conflict do nothing
{% endmacro %}
