{# The grain: no key is missing or twice. #}
{% test one_row_for_each(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as found
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1 {% for column in columns %} or {{ column }} is null {% endfor %}
{% endtest %}
