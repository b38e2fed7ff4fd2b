{{ config(materialized='ephemeral') }}

with lines as (

    select * from {{ ref('int_lines_derived') }}

),

named as (

    select
        tenant_id,
        order_id,
        refund_id,
        line_item_id,
        created_at,
        is_newer_than_order,
        sum(quantity) as units,
        sum(net) as net,
        sum(tax) as tax

    from {{ ref('int_refund_parts') }}
    where kind = 'goods'
    group by tenant_id, order_id, refund_id, line_item_id, created_at, is_newer_than_order

),

numbered as (

    select
        named.*,
        lines.line_type,
        lines.currency_digits,
        lines.open_units,
        lines.agreed_net + lines.sold_net as open_net,
        lines.agreed_tax + lines.sold_tax as open_tax,
        lines.agreed_discount + lines.sold_discount as open_discount,
        least(lines.open_units, lines.gone_units + lines.newer_refund_units) as budget,
        sum(named.units) over (
            partition by named.tenant_id, named.order_id, named.line_item_id
            order by named.created_at, named.refund_id
        ) as units_so_far

    from named
    inner join lines
        on named.tenant_id = lines.tenant_id
        and named.order_id = lines.order_id
        and named.line_item_id = lines.line_item_id

),

bounded as (

    select
        numbered.*,
        greatest(least(units, budget - (units_so_far - units)), 0) as returned_units

    from numbered

)

-- A refund line may state 0 for goods that came back; then the line's own price says what they are worth.
select
    tenant_id,
    order_id,
    refund_id,
    line_item_id,
    line_type,
    created_at,
    is_newer_than_order,
    returned_units,
    round(
        case when net + tax = 0 then open_net / open_units else net / units end * returned_units, currency_digits
    ) as returned_net,
    round(
        case when net + tax = 0 then open_tax / open_units else tax / units end * returned_units, currency_digits
    ) as returned_tax,
    round(open_discount / open_units * returned_units, currency_digits) as returned_discount

from bounded
where returned_units > 0
