-- Orders that only webhooks have told of: their lines and deliveries stand for the agreement to come.

create table told_sales as
with told as (
    select * from known_orders
    where origin = 'webhook' and (tenant_id, order_id) not in (select (tenant_id, order_id) from agreed)
),
goods as (
    select
        tenant_id,
        order_id,
        'line:' || cast(line->>'$.id' as text) as sale_key,
        case
            when line->>'$.tip_payment_gateway' is not null then 'tip'
            when cast(line->>'$.gift_card' as boolean) then 'gift_card'
            else 'product'
        end as line_type,
        cast(line->>'$.id' as bigint) as line_item_id,
        cast(line->>'$.quantity' as bigint) as quantity,
        money(line->>'$.price_set.presentment_money.amount') * quantity as presentment_listed,
        money(line->>'$.price') * quantity as listed,
        line
    from (select *, unnest(payload->'$.line_items[*]') as line from told)
),
deliveries as (
    select
        tenant_id,
        order_id,
        'ship:' || cast(line->>'$.id' as text) as sale_key,
        'shipping' as line_type,
        cast(null as bigint) as line_item_id,
        cast(null as bigint) as quantity,
        money(line->>'$.price_set.presentment_money.amount') as presentment_listed,
        money(line->>'$.price') as listed,
        line
    from (select *, unnest(payload->'$.shipping_lines[*]') as line from told)
),
weighed as (
    select
        *,
        summed(line, '$.discount_allocations[*]', '$.amount') as taken_off,
        summed(line, '$.discount_allocations[*]', '$.amount_set.presentment_money.amount')
            as presentment_taken_off,
        summed(line, '$.tax_lines[*]', '$.price') as tax,
        summed(line, '$.tax_lines[*]', '$.rate') as rate,
        summed(line, '$.tax_lines[*]', '$.price_set.presentment_money.amount') as presentment_tax
    from (from goods union all by name from deliveries)
)
select
    weighed.tenant_id,
    order_id,
    sale_key,
    processed_at as happened_at,
    shop_date,
    'order' as reason,
    'order' as action,
    line_type,
    weighed.line_item_id,
    product_id,
    variant_id,
    quantity,
    tax,
    listed - taken_off + if(is_inside, 0, tax) as total,
    total - tax as net,
    -- Of a discount on a price with tax inside, the tax's share is no discount.
    if(is_inside, round(taken_off / (1 + rate), 2), taken_off) as discount,
    net + discount as gross,
    currency,
    presentment_listed - presentment_taken_off + if(is_inside, 0, presentment_tax)
        as presentment_total,
    payload->>'$.presentment_currency' as presentment_currency,
    cast(null as bigint) as refund_id,
    'derived' as origin
from weighed
join (
    select *, cast(payload->>'$.taxes_included' as boolean) as is_inside from known_orders
) using (tenant_id, order_id)
left join (select tenant_id, order_id, line_item_id, product_id, variant_id from lines)
    using (tenant_id, order_id, line_item_id);

insert into ledger by name from told_sales;

-- Duties and fees stand on the order, not on a line.
insert into ledger by name
with charges as (
    select *, 'duty' as line_type, payload->'$.original_total_duties_set' as charged from known_orders
    union all
    select *, 'additional_fee', payload->'$.original_total_additional_fees_set' from known_orders
)
select
    tenant_id,
    order_id,
    line_type || ':' || order_id as sale_key,
    processed_at as happened_at,
    shop_date,
    'order' as reason,
    'order' as action,
    line_type,
    money(charged->>'$.shop_money.amount') as gross,
    money(0) as discount,
    gross as net,
    money(0) as tax,
    gross as total,
    currency,
    money(charged->>'$.presentment_money.amount') as presentment_total,
    charged->>'$.presentment_money.currency_code' as presentment_currency,
    'derived' as origin
from charges
where charged->>'$.shop_money.amount' is not null
    and (tenant_id, order_id) in (select (tenant_id, order_id) from told_sales);
