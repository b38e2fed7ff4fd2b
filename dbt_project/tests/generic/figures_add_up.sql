{# METRICS.md: net sales and total sales are what their parts make. #}
{% test figures_add_up(model, net_sales='net_sales', total_sales='total_sales') %}
    select *
    from {{ model }}
    where {{ net_sales }} <> gross_sales - discounts - returns
        or {{ total_sales }} <> {{ net_sales }} + shipping + taxes + duties + additional_fees + return_fees + other_sales
{% endtest %}
