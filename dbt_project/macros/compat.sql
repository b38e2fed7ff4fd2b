{# Columns of the package that no mart can fill: they are there, and null. #}
{% macro unfilled(kind, names) -%}
    {% for name in names %}null::{{ kind }} as {{ name }}{{ ", " if not loop.last }}{% endfor %}
{%- endmacro %}

{# The sums over the ledger that the package tells of an order: what was charged, what was given back. #}
{% macro package_sums() %}
    {% set given_back = "(action = 'return' or line_type = 'adjustment')" %}
    {% set goods = "line_type in ('product', 'gift_card')" %}
    coalesce(sum(tax) filter (where not {{ given_back }} and line_type not in ('tip', 'gift_card')), 0) as total_tax,
    coalesce(sum(gross) filter (where not {{ given_back }} and line_type = 'shipping'), 0) as shipping_cost,
    coalesce(sum(discount) filter (where not {{ given_back }} and line_type = 'shipping'), 0) as shipping_discount_amount,
    coalesce(sum(tax) filter (where not {{ given_back }} and line_type = 'shipping'), 0) as shipping_tax,
    coalesce(-sum(net) filter (where {{ given_back }} and {{ goods }}), 0) as refund_subtotal,
    coalesce(-sum(tax) filter (where {{ given_back }} and {{ goods }}), 0) as refund_total_tax,
    coalesce(sum(net) filter (where {{ given_back }} and not {{ goods }}), 0) as order_adjustment_amount,
    coalesce(sum(tax) filter (where {{ given_back }} and not {{ goods }}), 0) as order_adjustment_tax_amount,
    coalesce(sum(total), 0) as order_adjusted_total
{% endmacro %}
