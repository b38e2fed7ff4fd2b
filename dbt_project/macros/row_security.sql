{#
    A post-hook's statement, unless the relation has been secured since it was made: policies take an
    exclusive lock, which an incremental step must not ask for. Force comes last and is the sign.
#}
{% macro secure(statement) %}
    {%- if execute and model.config.materialized in ("table", "incremental") -%}
        {%- set secured = run_query(
            "select relforcerowsecurity from pg_catalog.pg_class where oid = '" ~ this ~ "'::regclass"
        ) -%}
        {%- if not secured.rows[0][0] -%}{{ statement }}{%- endif -%}
    {%- endif -%}
{% endmacro %}

{# Law L6: the reading role sees one tenant, the one named by SET LOCAL, or nothing. #}
{% macro reader_policy(relation) -%}
    create policy tenant on {{ relation }} for select to shopmart_reader
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
{%- endmacro %}
