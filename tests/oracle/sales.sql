-- What the agreements of each order say was sold and taken back, and what each sale adds to the figures.

create table known_orders as
select
    spoken_orders.tenant_id,
    order_id,
    origin,
    spoken_orders.updated_at,
    payload,
    iana_timezone,
    moment(coalesce(payload->>'$.processedAt', payload->>'$.processed_at')) as processed_at,
    shop_day(processed_at, iana_timezone) as shop_date,
    coalesce(payload->>'$.currencyCode', payload->>'$.currency') as currency
from spoken_orders
join shops using (tenant_id)
where not coalesce(cast(payload->>'$.test' as boolean), false);

create table lines as
with each_line as (
    select tenant_id, order_id, origin, unnest(payload->'$.lineItems[*]') as line
    from known_orders where origin = 'admin'
    union all
    select tenant_id, order_id, origin, unnest(payload->'$.line_items[*]')
    from known_orders where origin = 'webhook'
)
select
    tenant_id,
    order_id,
    origin,
    number_of(line->>'$.id') as line_item_id,
    number_of(coalesce(line->>'$.product.id', line->>'$.product_id')) as product_id,
    number_of(coalesce(line->>'$.variant.id', line->>'$.variant_id')) as variant_id,
    line
from each_line;

create table agreed as
with agreements as (
    select tenant_id, cast(id as bigint) as order_id, unnest(payload->'$.agreements[*]') as agreement
    from raw_orders
    where origin = 'admin'
),
dated as (
    select
        *,
        agreement->>'$.reason' = 'ORDER' and row_number() over (
            partition by tenant_id, order_id, agreement->>'$.reason'
            order by moment(agreement->>'$.happenedAt'), number_of(agreement->>'$.id')
        ) = 1 as is_first
    from agreements
)
select
    tenant_id,
    order_id,
    if(is_first, processed_at, moment(agreement->>'$.happenedAt')) as happened_at,
    lower(agreement->>'$.reason') as reason,
    number_of(agreement->>'$.refund.id') as refund_id,
    number_of(agreement->>'$.return.id') as return_id,
    unnest(agreement->'$.sales[*]') as sale
from dated
join known_orders using (tenant_id, order_id);

create table ledger as
with returned as (
    select
        tenant_id,
        number_of(payload->>'$.return.id') as return_id,
        min(cast(id as bigint)) as refund_of_return
    from raw_refunds
    where origin = 'admin' and payload->>'$.return.id' is not null
    group by all
),
worded as (
    select
        tenant_id,
        order_id,
        tail(sale->>'$.id') as sale_key,
        happened_at,
        reason,
        lower(sale->>'$.actionType') as action,
        lower(sale->>'$.lineType') as line_type,
        number_of(sale->>'$.lineItem.id') as line_item_id,
        cast(sale->>'$.quantity' as bigint) as quantity,
        money(sale->>'$.totalDiscountAmountBeforeTaxes.shopMoney.amount') as discount,
        money(sale->>'$.totalTaxAmount.shopMoney.amount') as tax,
        money(sale->>'$.totalAmount.shopMoney.amount') as total,
        sale->>'$.totalAmount.shopMoney.currencyCode' as currency,
        money(sale->>'$.totalAmount.presentmentMoney.amount') as presentment_total,
        sale->>'$.totalAmount.presentmentMoney.currencyCode' as presentment_currency,
        -- What is sold anew in an exchange is no part of the refund; a fee that it kept is.
        if(
            action = 'return' or line_type = 'fee', coalesce(agreed.refund_id, refund_of_return), null
        ) as refund_id
    from agreed
    left join returned using (tenant_id, return_id)
)
select
    worded.*,
    total - tax as net,
    total - tax + discount as gross,
    shop_day(happened_at, iana_timezone) as shop_date,
    product_id,
    variant_id,
    'agreement' as origin
from worded
join shops using (tenant_id)
left join lines using (tenant_id, order_id, line_item_id);
