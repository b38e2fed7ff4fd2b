{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

edits as (

    select
        tenant_id,
        order_id,
        order_edit_id,
        line_item_id,
        is_addition,
        committed_at,
        sum(abs(quantity)) as units

    from {{ ref('stg_shopify__order_edits') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id, order_edit_id, line_item_id, is_addition, committed_at

)

select
    edits.tenant_id,
    edits.order_id,
    edits.order_edit_id,
    edits.line_item_id,
    edits.is_addition,
    edits.committed_at,
    edits.units,
    sum(edits.units) over (
        partition by edits.tenant_id, edits.order_id, edits.line_item_id, edits.is_addition
        order by edits.committed_at, edits.order_edit_id
    ) - edits.units as units_before

from edits
inner join orders
    on edits.tenant_id = orders.tenant_id
    and edits.order_id = orders.order_id
where orders.agreements_at is null or edits.committed_at > orders.agreements_at
