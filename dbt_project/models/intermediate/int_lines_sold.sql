{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

lines as (

    select * from {{ ref('int_lines_derived') }}
    where sold_units > 0

),

edits as (

    select * from {{ ref('int_lines_edited') }}
    where is_addition

),

edited as (

    select tenant_id, order_id, line_item_id, sum(units) as units
    from edits
    group by tenant_id, order_id, line_item_id

),

ordered as (

    select lines.*, greatest(lines.sold_units - coalesce(edited.units, 0), 0) as ordered_units
    from lines
    left join edited
        on lines.tenant_id = edited.tenant_id
        and lines.order_id = edited.order_id
        and lines.line_item_id = edited.line_item_id

),

-- The units of a line in the order in which they came: those of the order first, then each edit's.
parts as (

    select
        ordered.*,
        null::bigint as order_edit_id,
        null::timestamptz as committed_at,
        0 as first_unit,
        ordered_units as last_unit

    from ordered
    union all
    select
        ordered.*,
        edits.order_edit_id,
        edits.committed_at,
        least(ordered.ordered_units + edits.units_before, ordered.sold_units) as first_unit,
        least(ordered.ordered_units + edits.units_before + edits.units, ordered.sold_units) as last_unit

    from ordered
    inner join edits
        on ordered.tenant_id = edits.tenant_id
        and ordered.order_id = edits.order_id
        and ordered.line_item_id = edits.line_item_id

)

-- Each part is what all units up to its last make, less what the parts before it made: no cent is lost.
select
    parts.tenant_id,
    parts.order_id,
    'line:' || parts.line_item_id || coalesce(':' || parts.order_edit_id, '') as sale_key,
    coalesce(
        parts.committed_at, case when orders.agreements_at is null then orders.processed_at else orders.document_at end
    ) as happened_at,
    case when parts.order_edit_id is null and orders.agreements_at is null then 'order' else 'order_edit' end as reason,
    parts.line_type,
    parts.line_item_id,
    parts.last_unit - parts.first_unit as quantity,
    {% for amount in ('net', 'tax', 'discount') %}
    round(parts.sold_{{ amount }} * parts.last_unit / parts.sold_units, parts.currency_digits)
    - round(parts.sold_{{ amount }} * parts.first_unit / parts.sold_units, parts.currency_digits)
    as {{ amount }}{{ "," if not loop.last }}
    {% endfor %}

from parts
inner join orders
    on parts.tenant_id = orders.tenant_id
    and parts.order_id = orders.order_id
where parts.last_unit > parts.first_unit
