{{ config(materialized='ephemeral') }}

with parts as (

    select * from {{ ref('int_refund_parts') }}

),

refunds as (

    select * from {{ ref('int_refunds_uncovered') }}

),

-- Shopify may leave the id of a refunded shipping line out; then its place in the refund tells it apart.
numbered as (

    select
        parts.*,
        row_number() over (
            partition by tenant_id, order_id, refund_id, kind order by part_id, net, tax
        ) as nth,
        row_number() over (
            partition by tenant_id, order_id, kind, part_id order by created_at, refund_id
        ) as nth_of_its_id

    from parts
    where kind in ('shipping', 'shipping_adjustment', 'adjustment')

),

given_back as (

    select
        tenant_id,
        order_id,
        case
            when kind in ('shipping', 'shipping_adjustment')
                then 'refund:' || refund_id || ':ship:' || coalesce(part_id::text, 'nameless-' || nth)
            else 'adj:' || part_id
        end as sale_key,
        created_at as happened_at,
        'refund' as reason,
        'return' as action,
        case when kind = 'adjustment' then 'adjustment' else 'shipping' end as line_type,
        case when kind = 'adjustment' then net else -abs(net) end as net,
        case when kind = 'adjustment' then tax else -abs(tax) end as tax,
        0 as discount,
        refund_id

    from numbered
    where
        kind = 'shipping'
        or (kind = 'adjustment' and nth_of_its_id = 1)
        or (kind = 'shipping_adjustment' and not has_shipping_lines)

),

duties_given_back as (

    select
        refunds.tenant_id,
        refunds.order_id,
        'refund:' || refunds.refund_id || ':' || charges.line_type as sale_key,
        refunds.created_at as happened_at,
        'refund' as reason,
        'return' as action,
        charges.line_type,
        -charges.amount as net,
        0 as tax,
        0 as discount,
        refunds.refund_id

    from refunds
    cross join lateral (
        values
        ('duty', {{ amount('null::jsonb', "refunds.payload -> 'total_duties_set'") }}),
        ('additional_fee', {{ amount('null::jsonb', "refunds.payload -> 'total_additional_fees_set'") }})
    ) as charges (line_type, amount)
    where charges.amount <> 0

)

select * from given_back
union all
select * from duties_given_back
