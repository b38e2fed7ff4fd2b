-- Refunds as the Admin API tells them, and what each line of them gives back.

create table known_refunds as
select
    raw_refunds.tenant_id,
    cast(id as bigint) as refund_id,
    cast(parent_id as bigint) as order_id,
    raw_refunds.payload,
    moment(raw_refunds.payload->>'$.createdAt') as created_at,
    shop_day(moment(raw_refunds.payload->>'$.createdAt'), iana_timezone) as shop_date,
    known_orders.shop_date as order_date,
    currency
from raw_refunds
join known_orders
    on known_orders.tenant_id = raw_refunds.tenant_id
    and known_orders.order_id = cast(parent_id as bigint)
where raw_refunds.origin = 'admin';

create table marts.refund_lines as
with each_line as (
    select *, unnest(payload->'$.refundLineItems[*]') as part from known_refunds
)
select
    tenant_id,
    refund_id,
    number_of(part->>'$.id') as refund_line_id,
    order_id,
    line_item_id,
    product_id,
    variant_id,
    line->>'$.title' as title,
    line->>'$.sku' as sku,
    cast(part->>'$.quantity' as bigint) as quantity,
    lower(part->>'$.restockType') as restock_type,
    cast(part->>'$.restocked' as boolean) as is_restocked,
    if(is_restocked, cast(part->>'$.quantity' as bigint), 0) as restocked_quantity,
    -- Shopify's subtotal has the tax inside where prices have.
    money(part->>'$.subtotalSet.shopMoney.amount')
    - if(cast(orders.payload->>'$.taxesIncluded' as boolean), money(part->>'$.totalTaxSet.shopMoney.amount'), 0)
        as subtotal,
    money(part->>'$.totalTaxSet.shopMoney.amount') as tax,
    each_line.currency,
    each_line.shop_date
from each_line
join known_orders as orders using (tenant_id, order_id)
left join lines
    using (tenant_id, order_id)
where line_item_id = number_of(part->>'$.lineItem.id');
