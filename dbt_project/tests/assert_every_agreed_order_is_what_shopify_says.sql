{{ config(severity='warn') }}

-- With its agreements loaded, an order's ledger is Shopify's currentTotalPriceSet. A difference is
-- recorded in the order and shown, never forced to nothing.

select
    tenant_id,
    order_id,
    ledger_difference

from {{ ref('orders') }}
where ledger_difference <> 0
