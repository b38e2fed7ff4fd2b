{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

refunds as (

    select
        tenant_id,
        order_id,
        line_item_id,
        sum(quantity) filter (where is_newer_than_order) as newer_units

    from {{ ref('int_refund_parts') }}
    where kind = 'goods'
    group by tenant_id, order_id, line_item_id

),

agreed as (

    select
        tenant_id,
        order_id,
        line_item_id,
        min(line_type) as line_type,
        -- The price that an update changes is that of units which were counted when they were sold.
        coalesce(sum(quantity) filter (where action not in ('return', 'update')), 0) as units,
        coalesce(-sum(quantity) filter (where action = 'return'), 0) as reversed_units,
        sum(net) as net,
        sum(tax) as tax,
        sum(discount) as discount

    from {{ ref('int_sales_agreed') }}
    where line_item_id is not null
    group by tenant_id, order_id, line_item_id

),

lines as (

    select
        lines.tenant_id,
        lines.order_id,
        lines.line_item_id,
        -- The Admin API names a tip as such in its sales only.
        coalesce(agreed.line_type, lines.line_type) as line_type,
        lines.quantity,
        case when orders.derived_cancelled_at is null then lines.current_quantity else 0 end as current_quantity,
        lines.tax,
        lines.unit_price * lines.quantity - lines.discount
        - case when orders.has_taxes_included then lines.tax else 0 end as net,
        case
            when orders.has_taxes_included
                then round(lines.discount / (1 + greatest(lines.tax_rate, 0)), orders.currency_digits)
            else lines.discount
        end as discount,
        orders.currency_digits,
        orders.is_document_newer,
        coalesce(agreed.units, 0) as agreed_units,
        coalesce(agreed.reversed_units, 0) as reversed_units,
        coalesce(agreed.net, 0) as agreed_net,
        coalesce(agreed.tax, 0) as agreed_tax,
        coalesce(agreed.discount, 0) as agreed_discount,
        coalesce(refunds.newer_units, 0) as newer_refund_units

    from {{ ref('stg_shopify__order_lines') }} as lines
    inner join orders
        on lines.tenant_id = orders.tenant_id
        and lines.order_id = orders.order_id
    left join agreed
        on lines.tenant_id = agreed.tenant_id
        and lines.order_id = agreed.order_id
        and lines.line_item_id = agreed.line_item_id
    left join refunds
        on lines.tenant_id = refunds.tenant_id
        and lines.order_id = refunds.order_id
        and lines.line_item_id = refunds.line_item_id
    where
        (lines.tenant_id, lines.order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
        and (orders.is_document_newer or refunds.line_item_id is not null)

),

sold as (

    select
        lines.*,
        case when is_document_newer then greatest(quantity - agreed_units, 0) else 0 end as sold_units,
        case when is_document_newer then greatest(quantity - current_quantity - reversed_units, 0) else 0 end
            as gone_units

    from lines

)

select
    sold.*,
    coalesce(round(net * sold_units / nullif(quantity, 0), currency_digits), 0) as sold_net,
    coalesce(round(tax * sold_units / nullif(quantity, 0), currency_digits), 0) as sold_tax,
    coalesce(round(discount * sold_units / nullif(quantity, 0), currency_digits), 0) as sold_discount,
    greatest(agreed_units + sold_units - reversed_units, 0) as open_units

from sold
