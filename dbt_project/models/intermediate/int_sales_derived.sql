{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

charges as (

    select * from {{ ref('int_charges_derived') }}
    union all
    select * from {{ ref('int_charges_refunded') }}

),

edited as (

    select tenant_id, order_id, line_item_id, sum(quantity) as units, max(committed_at) as committed_at
    from {{ ref('stg_shopify__order_edits') }}
    where
        is_addition
        and (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id, line_item_id

),

sold as (

    select
        lines.tenant_id,
        lines.order_id,
        'line:' || lines.line_item_id as sale_key,
        case
            when edited.units >= lines.sold_units then edited.committed_at
            when orders.agreements_at is null then orders.processed_at
            else orders.document_at
        end as happened_at,
        case
            when orders.agreements_at is not null or edited.units >= lines.sold_units then 'order_edit'
            else 'order'
        end as reason,
        'order' as action,
        lines.line_type,
        lines.line_item_id,
        lines.sold_units as quantity,
        lines.sold_net as net,
        lines.sold_tax as tax,
        lines.sold_discount as discount

    from {{ ref('int_lines_derived') }} as lines
    inner join orders
        on lines.tenant_id = orders.tenant_id
        and lines.order_id = orders.order_id
    left join edited
        on lines.tenant_id = edited.tenant_id
        and lines.order_id = edited.order_id
        and lines.line_item_id = edited.line_item_id
    where lines.sold_units > 0

),

reversed as (

    select
        tenant_id, order_id, 'refund:' || refund_id || ':' || line_item_id as sale_key, created_at as happened_at,
        'refund' as reason, 'return' as action, line_type, line_item_id, -returned_units as quantity,
        -returned_net as net, -returned_tax as tax, -returned_discount as discount

    from {{ ref('int_lines_refunded') }}
    union all
    select
        tenant_id, order_id, 'removed:' || line_item_id as sale_key, removed_at as happened_at,
        reason, 'return' as action, line_type, line_item_id, -removed_units as quantity,
        -removed_net as net, -removed_tax as tax, -removed_discount as discount

    from {{ ref('int_lines_removed') }}

),

standing_charges as (

    select tenant_id, order_id, line_type, net, tax, discount from charges
    union all
    select tenant_id, order_id, line_type, net, tax, discount from {{ ref('int_sales_agreed') }}

),

cancelled as (

    select
        orders.tenant_id, orders.order_id, 'cancelled:' || standing_charges.line_type as sale_key,
        orders.derived_cancelled_at as happened_at, 'refund' as reason, 'return' as action,
        standing_charges.line_type, null::bigint as line_item_id, null::integer as quantity,
        -sum(standing_charges.net) as net, -sum(standing_charges.tax) as tax,
        -sum(standing_charges.discount) as discount

    from orders
    inner join standing_charges
        on orders.tenant_id = standing_charges.tenant_id
        and orders.order_id = standing_charges.order_id
    where
        orders.derived_cancelled_at is not null
        and standing_charges.line_type in ('shipping', 'duty', 'additional_fee')
    group by orders.tenant_id, orders.order_id, orders.derived_cancelled_at, standing_charges.line_type
    having sum(standing_charges.net) <> 0 or sum(standing_charges.tax) <> 0

)

select * from sold
union all
select * from reversed
union all
select
    tenant_id, order_id, sale_key, happened_at, reason, action, line_type,
    null::bigint as line_item_id, null::integer as quantity, net, tax, discount

from charges
union all
select * from cancelled
