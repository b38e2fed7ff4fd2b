{# METRICS.md: net sales are what their parts make, for a line or a product by itself. #}
{% test goods_add_up(model) %}
    select *
    from {{ model }}
    where net_sales <> gross_sales - discounts - returns
{% endtest %}
