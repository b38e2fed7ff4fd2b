{{ config(materialized='ephemeral') }}

with lines as (

    select * from {{ ref('int_lines_derived') }}
    where is_document_newer

),

orders as (

    select * from {{ ref('int_orders_due') }}

),

refunded as (

    select
        tenant_id,
        order_id,
        line_item_id,
        sum(returned_units) as units,
        sum(returned_units) filter (where not is_newer_than_order) as known_units,
        sum(returned_net) as net,
        sum(returned_tax) as tax,
        sum(returned_discount) as discount

    from {{ ref('int_lines_refunded') }}
    group by tenant_id, order_id, line_item_id

),

edited as (

    select
        tenant_id,
        order_id,
        line_item_id,
        sum(quantity) as units,
        max(committed_at) as committed_at

    from {{ ref('stg_shopify__order_edits') }}
    where
        not is_addition
        and (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id, line_item_id

),

remaining as (

    select
        lines.tenant_id,
        lines.order_id,
        lines.line_item_id,
        lines.line_type,
        least(
            lines.gone_units - coalesce(refunded.known_units, 0),
            lines.open_units - coalesce(refunded.units, 0)
        ) as removed_units,
        lines.open_units - coalesce(refunded.units, 0) as open_units,
        lines.agreed_net + lines.sold_net - coalesce(refunded.net, 0) as open_net,
        lines.agreed_tax + lines.sold_tax - coalesce(refunded.tax, 0) as open_tax,
        lines.agreed_discount + lines.sold_discount - coalesce(refunded.discount, 0) as open_discount

    from lines
    left join refunded
        on lines.tenant_id = refunded.tenant_id
        and lines.order_id = refunded.order_id
        and lines.line_item_id = refunded.line_item_id

)

select
    remaining.tenant_id,
    remaining.order_id,
    remaining.line_item_id,
    remaining.line_type,
    case
        when edited.units >= remaining.removed_units then edited.committed_at
        else coalesce(orders.derived_cancelled_at, edited.committed_at, orders.document_at)
    end as removed_at,
    case
        when edited.units >= remaining.removed_units then 'order_edit'
        when orders.derived_cancelled_at is not null then 'refund'
        else 'order_edit'
    end as reason,
    remaining.removed_units,
    round(remaining.open_net * remaining.removed_units / remaining.open_units, orders.currency_digits) as removed_net,
    round(remaining.open_tax * remaining.removed_units / remaining.open_units, orders.currency_digits) as removed_tax,
    round(remaining.open_discount * remaining.removed_units / remaining.open_units, orders.currency_digits) as removed_discount

from remaining
inner join orders
    on remaining.tenant_id = orders.tenant_id
    and remaining.order_id = orders.order_id
left join edited
    on remaining.tenant_id = edited.tenant_id
    and remaining.order_id = edited.order_id
    and remaining.line_item_id = edited.line_item_id
where remaining.removed_units > 0
