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
        tenant_id, order_id, line_item_id,
        sum(returned_units) as units,
        sum(returned_units) filter (where not is_newer_than_order) as known_units,
        sum(returned_net) as net, sum(returned_tax) as tax, sum(returned_discount) as discount

    from {{ ref('int_lines_refunded') }}
    group by tenant_id, order_id, line_item_id

),

edits as (

    select * from {{ ref('int_lines_edited') }}
    where not is_addition

),

edited as (

    select tenant_id, order_id, line_item_id, sum(units) as units
    from edits
    group by tenant_id, order_id, line_item_id

),

remaining as (

    select
        lines.tenant_id, lines.order_id, lines.line_item_id, lines.line_type,
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
        on lines.tenant_id = refunded.tenant_id and lines.order_id = refunded.order_id
        and lines.line_item_id = refunded.line_item_id

),

-- Units that went by edits, each at its time, then those of which only the document tells that they went.
parts as (

    select
        remaining.*,
        edits.order_edit_id,
        edits.committed_at,
        least(edits.units_before, remaining.removed_units) as first_unit,
        least(edits.units_before + edits.units, remaining.removed_units) as last_unit

    from remaining
    inner join edits
        on remaining.tenant_id = edits.tenant_id and remaining.order_id = edits.order_id
        and remaining.line_item_id = edits.line_item_id
    union all
    select
        remaining.*,
        null::bigint as order_edit_id, null::timestamptz as committed_at,
        least(coalesce(edited.units, 0), remaining.removed_units) as first_unit,
        remaining.removed_units as last_unit

    from remaining
    left join edited
        on remaining.tenant_id = edited.tenant_id and remaining.order_id = edited.order_id
        and remaining.line_item_id = edited.line_item_id

)

select
    parts.tenant_id,
    parts.order_id,
    parts.line_item_id,
    parts.line_type,
    parts.order_edit_id,
    coalesce(parts.committed_at, orders.derived_cancelled_at, orders.document_at) as removed_at,
    case
        when parts.order_edit_id is null and orders.derived_cancelled_at is not null then 'refund' else 'order_edit'
    end as reason,
    parts.last_unit - parts.first_unit as removed_units,
    -- A price is exact; what is rounded is the tax inside it, or the discount on it.
    case
        when orders.has_taxes_included
            then {{ share_of_units('(parts.open_net + parts.open_tax)') }} - ({{ share_of_units('parts.open_tax') }})
        else {{ share_of_units('(parts.open_net + parts.open_discount)') }} - ({{ share_of_units('parts.open_discount') }})
    end as removed_net,
    {{ share_of_units('parts.open_tax') }} as removed_tax,
    {{ share_of_units('parts.open_discount') }} as removed_discount

from parts
inner join orders
    on parts.tenant_id = orders.tenant_id and parts.order_id = orders.order_id
where parts.last_unit > parts.first_unit
