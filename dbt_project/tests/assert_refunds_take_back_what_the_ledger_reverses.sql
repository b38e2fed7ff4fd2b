-- The four parts of a refund are all that the ledger reverses for it, and its units are those of its
-- lines: a refund that a document names twice, or not at all, shows here.

with ledger as (

    select
        tenant_id,
        order_id,
        refund_id,
        sum(total) as total

    from {{ ref('ledger') }}
    where refund_id is not null
    group by tenant_id, order_id, refund_id

),

lines as (

    select
        tenant_id,
        order_id,
        refund_id,
        sum(quantity) as quantity

    from {{ ref('refund_lines') }}
    group by tenant_id, order_id, refund_id

)

select
    coalesce(refunds.tenant_id, ledger.tenant_id, lines.tenant_id) as tenant_id,
    coalesce(refunds.refund_id, ledger.refund_id, lines.refund_id) as refund_id

from {{ ref('refunds') }} as refunds
full join ledger
    on refunds.tenant_id = ledger.tenant_id
    and refunds.order_id = ledger.order_id
    and refunds.refund_id = ledger.refund_id
full join lines
    on refunds.tenant_id = lines.tenant_id
    and refunds.order_id = lines.order_id
    and refunds.refund_id = lines.refund_id
where
    refunds.refund_id is null
    or refunds.goods_amount + refunds.shipping_amount + refunds.tax_amount + refunds.adjustment_amount
    <> -coalesce(ledger.total, 0)
    or lines.quantity <> refunds.quantity
