{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

charges as (

    select * from {{ ref('int_charges_derived') }}
    union all
    select * from {{ ref('int_charges_refunded') }}

),

reversed as (

    select
        tenant_id, order_id, 'refund:' || refund_id || ':' || line_item_id as sale_key, created_at as happened_at,
        'refund' as reason, 'return' as action, line_type, line_item_id, refund_id, -returned_units as quantity,
        -returned_net as net, -returned_tax as tax, -returned_discount as discount

    from {{ ref('int_lines_refunded') }}
    union all
    select
        tenant_id, order_id,
        'removed:' || line_item_id || coalesce(':' || order_edit_id, '') as sale_key, removed_at as happened_at,
        reason, 'return' as action, line_type, line_item_id, null::bigint as refund_id, -removed_units as quantity,
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
        standing_charges.line_type, null::bigint as line_item_id, null::bigint as refund_id, null::integer as quantity,
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

select
    tenant_id, order_id, sale_key, happened_at, reason, 'order' as action, line_type,
    line_item_id, null::bigint as refund_id, quantity, net, tax, discount

from {{ ref('int_lines_sold') }}
union all
select * from reversed
union all
select
    tenant_id, order_id, sale_key, happened_at, reason, action, line_type,
    null::bigint as line_item_id, refund_id, null::integer as quantity, net, tax, discount

from charges
union all
select * from cancelled
