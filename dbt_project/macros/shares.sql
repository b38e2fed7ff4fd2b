{#
    What the units of `parts` from the first to the last make of an amount of all open units: what all
    up to the last make, less what all up to the first do, so that the parts add up to the cent.
#}
{% macro share_of_units(amount) -%}
    round({{ amount }} * parts.last_unit / parts.open_units, orders.currency_digits)
    - round({{ amount }} * parts.first_unit / parts.open_units, orders.currency_digits)
{%- endmacro %}
