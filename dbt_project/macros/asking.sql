{# The moment at which a view is read: of views only, for nothing that depends on it is stored. #}
{% macro moment_of_asking() -%}
    now()
{%- endmacro %}
