{# What a view is known by: its text and who may read it. #}
{% macro sign_of_view() -%}
    {{ return(local_md5(model.compiled_code ~ model.config.grants)) }}
{%- endmacro %}

{# Write the sign on the view, so that the next build knows it. #}
{% macro sign_view() -%}
    {%- if execute and model.config.materialized == "view" -%}
        comment on view {{ this }} is '{{ sign_of_view() }}'
    {%- endif -%}
{%- endmacro %}

{#
    A view that carries the sign of its present text stands. To make it anew would wait for every
    dashboard that is reading it, and all other readers behind. A view without a sign is made anew.
#}
{% materialization view, adapter='postgres' %}
    {% set kept = run_query("select obj_description(to_regclass('" ~ this ~ "'), 'pg_class')").rows[0][0] %}
    {% if kept == sign_of_view() %}
        {% call statement("main") %}
            select 'stands'
        {% endcall %}
        {{ return({"relations": [this.incorporate(type="view")]}) }}
    {% endif %}
    {{ return(dbt.materialization_view_default()) }}
{% endmaterialization %}
