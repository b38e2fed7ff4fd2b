{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

sales as (

    select * from {{ ref('stg_shopify__sales') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

placed as (

    select distinct on (tenant_id, order_id)
        tenant_id,
        order_id,
        agreement_id

    from sales
    where reason = 'order'
    order by tenant_id, order_id, happened_at, agreement_id

),

-- The agreement of a return names no refund, but the refund names its return; of several the nearest in time.
returns as (

    select distinct on (sales.tenant_id, sales.order_id, sales.agreement_id)
        sales.tenant_id,
        sales.order_id,
        sales.agreement_id,
        refunds.id as refund_id

    from sales
    inner join {{ source('raw', 'refunds') }} as refunds
        on sales.tenant_id = refunds.tenant_id
        and sales.order_id = refunds.parent_id
        and refunds.origin = 'admin'
        and sales.return_id = {{ shopify_id("refunds.payload #>> '{return,id}'") }}
    order by
        sales.tenant_id,
        sales.order_id,
        sales.agreement_id,
        abs(extract(epoch from sales.happened_at - (refunds.payload ->> 'createdAt')::timestamptz)),
        refunds.id

)

select
    sales.tenant_id,
    sales.order_id,
    sales.sale_key,
    case when placed.agreement_id is null then sales.happened_at else orders.processed_at end as happened_at,
    sales.reason,
    sales.action,
    sales.line_type,
    sales.line_item_id,
    sales.shipping_line_id,
    case
        when sales.action = 'return' or sales.line_type = 'fee' then coalesce(sales.refund_id, returns.refund_id)
        else sales.refund_id
    end as refund_id,
    sales.quantity,
    sales.total - sales.tax + sales.discount as gross,
    sales.discount,
    sales.total - sales.tax as net,
    sales.tax,
    sales.total,
    coalesce(sales.presentment_total, sales.total) as presentment_total,
    coalesce(sales.presentment_currency, orders.presentment_currency) as presentment_currency

from sales
inner join orders
    on sales.tenant_id = orders.tenant_id
    and sales.order_id = orders.order_id
left join placed
    on sales.tenant_id = placed.tenant_id
    and sales.order_id = placed.order_id
    and sales.agreement_id = placed.agreement_id
left join returns
    on sales.tenant_id = returns.tenant_id
    and sales.order_id = returns.order_id
    and sales.agreement_id = returns.agreement_id
