{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

agreed_shipping as (

    select distinct tenant_id, order_id, shipping_line_id
    from {{ ref('int_sales_agreed') }}
    where shipping_line_id is not null

),

shipping_lines as (

    select
        lines.tenant_id,
        lines.order_id,
        'ship:' || lines.shipping_line_id as sale_key,
        case when orders.agreements_at is null then orders.processed_at else orders.document_at end as happened_at,
        case when orders.agreements_at is null then 'order' else 'order_edit' end as reason,
        'order' as action,
        'shipping' as line_type,
        lines.discounted_price - case when orders.has_taxes_included then lines.tax else 0 end as net,
        lines.tax,
        round(
            (lines.price - lines.discounted_price)
            * case
                when
                    orders.has_taxes_included
                    and lines.discounted_price <> 0
                    and abs(lines.tax) <= abs(lines.discounted_price)
                    then 1 - lines.tax / lines.discounted_price
                else 1
            end, orders.currency_digits
        ) as discount,
        null::bigint as refund_id

    from {{ ref('stg_shopify__shipping_lines') }} as lines
    inner join orders
        on lines.tenant_id = orders.tenant_id
        and lines.order_id = orders.order_id
    left join agreed_shipping
        on lines.tenant_id = agreed_shipping.tenant_id
        and lines.order_id = agreed_shipping.order_id
        and lines.shipping_line_id = agreed_shipping.shipping_line_id
    where
        (lines.tenant_id, lines.order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
        and orders.is_document_newer
        and not lines.is_removed
        and agreed_shipping.shipping_line_id is null

),

duties_and_fees as (

    select
        orders.tenant_id,
        orders.order_id,
        charges.line_type || ':' || orders.order_id as sale_key,
        orders.processed_at as happened_at,
        'order' as reason,
        'order' as action,
        charges.line_type,
        charges.amount as net,
        0 as tax,
        0 as discount,
        null::bigint as refund_id

    from orders
    cross join lateral (
        values ('duty', orders.duties), ('additional_fee', orders.additional_fees)
    ) as charges (line_type, amount)
    where orders.agreements_at is null and charges.amount <> 0

)

select * from shipping_lines
union all
select * from duties_and_fees
