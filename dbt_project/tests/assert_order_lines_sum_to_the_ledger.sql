{{ config(severity='warn') }}

-- The goods of an order's lines are the ledger's sales of those lines: a sale whose line the document
-- does not list is in no line, and that is said here. It is the document of one shop and stops no other shop's build.

with ledger as (

    select
        tenant_id,
        order_id,
        sum(net) filter (where line_type = 'product' and action <> 'unknown') as net_sales,
        sum(total) filter (where line_type = 'product') as total_sales,
        sum(total) filter (where line_type = 'gift_card') as gift_card_sales

    from {{ ref('ledger') }}
    where line_item_id is not null
    group by tenant_id, order_id

),

lines as (

    select
        tenant_id,
        order_id,
        sum(net_sales) as net_sales,
        sum(total_sales) as total_sales,
        sum(gift_card_sales) as gift_card_sales

    from {{ ref('order_lines') }}
    group by tenant_id, order_id

)

select
    ledger.tenant_id,
    ledger.order_id

from ledger
full join lines
    on ledger.tenant_id = lines.tenant_id
    and ledger.order_id = lines.order_id
where
    coalesce(ledger.net_sales, 0) <> coalesce(lines.net_sales, 0)
    or coalesce(ledger.total_sales, 0) <> coalesce(lines.total_sales, 0)
    or coalesce(ledger.gift_card_sales, 0) <> coalesce(lines.gift_card_sales, 0)
