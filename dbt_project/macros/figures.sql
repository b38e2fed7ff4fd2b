{# METRICS.md, Sales: every figure as a sum over rows of the ledger, in the order of the contract. #}
{% macro sales_figures() %}
    coalesce(sum(gross) filter (where line_type = 'product' and action in ('order', 'update')), 0)::numeric(20, 4)
        as gross_sales,
    coalesce(sum(discount) filter (where line_type = 'product' and action in ('order', 'update')), 0)::numeric(20, 4)
        as discounts,
    coalesce(
        -sum(net) filter (where line_type = 'adjustment' or (line_type = 'product' and action = 'return')), 0
    )::numeric(20, 4) as returns,
    {{ net_sales() }} as net_sales,
    coalesce(sum(net) filter (where line_type = 'shipping'), 0)::numeric(20, 4) as shipping,
    coalesce(sum(net) filter (where line_type = 'duty'), 0)::numeric(20, 4) as duties,
    coalesce(sum(net) filter (where line_type = 'additional_fee'), 0)::numeric(20, 4) as additional_fees,
    coalesce(sum(net) filter (where line_type = 'fee'), 0)::numeric(20, 4) as return_fees,
    coalesce(
        sum(net) filter (where line_type = 'unknown' or (line_type = 'product' and action = 'unknown')), 0
    )::numeric(20, 4) as other_sales,
    coalesce(sum(tax) filter (where line_type not in ('tip', 'gift_card')), 0)::numeric(20, 4) as taxes,
    coalesce(sum(total) filter (where line_type not in ('tip', 'gift_card')), 0)::numeric(20, 4) as total_sales,
    coalesce(sum(total) filter (where line_type = 'tip'), 0)::numeric(20, 4) as tips,
    coalesce(sum(total) filter (where line_type = 'gift_card'), 0)::numeric(20, 4) as gift_card_sales
{% endmacro %}

{# METRICS.md: net sales are gross sales less discounts less returns. #}
{% macro net_sales() -%}
    coalesce(
        sum(net) filter (where line_type = 'adjustment' or (line_type = 'product' and action <> 'unknown')), 0
    )::numeric(20, 4)
{%- endmacro %}

{# METRICS.md: units sold are the quantities of product lines with action `order`. #}
{% macro units_sold() -%}
    coalesce(sum(quantity) filter (where line_type = 'product' and action = 'order'), 0)::bigint as units_sold
{%- endmacro %}

{# A month as a number that counts on over the years. #}
{% macro months(day) -%}
    (12 * extract(year from {{ day }}) + extract(month from {{ day }}))
{%- endmacro %}

{# The sales figures by name, each preceded by the relation's name. #}
{% macro each_figure() -%}
    {{ return([
        "gross_sales", "discounts", "returns", "net_sales", "shipping", "duties", "additional_fees",
        "return_fees", "other_sales", "taxes", "total_sales", "tips", "gift_card_sales",
    ]) }}
{%- endmacro %}

{# The figures that a line of an order can have by itself, and so a product. #}
{% macro each_line_figure() -%}
    {{ return([
        "gross_sales", "discounts", "returns", "net_sales", "taxes", "total_sales", "gift_card_sales",
    ]) }}
{%- endmacro %}
