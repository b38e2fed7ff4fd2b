-- Orders, who bought them, and what they come to.

-- A customer id, else the e-mail, else the phone, else the order stands for itself.
create table bought as
with told as (
    select
        known_orders.*,
        coalesce(kept_id, number_of(payload->>'$.customer.id')) as customer_id,
        present(payload->>'$.email') as email,
        nullif(regexp_replace(coalesce(payload->>'$.phone', ''), '[^0-9]', '', 'g'), '') as digits
    from known_orders
    left join kept_customers
        on kept_customers.tenant_id = known_orders.tenant_id
        and kept_customers.customer_id = number_of(payload->>'$.customer.id')
)
select
    *,
    case
        when customer_id is not null then 'customer ' || customer_id
        when email is not null then 'email ' || lower(email)
        when digits is not null then 'phone ' || digits
        else 'order ' || order_id
    end as identity,
    row_number() over (partition by tenant_id, identity order by processed_at, order_id) as order_rank,
    min(order_id) over (partition by tenant_id, identity) as buyer
from told;

create table marts.orders as
with line_counts as (
    select tenant_id, order_id, count(*) as line_count from lines group by tenant_id, order_id
)
select
    bought.tenant_id,
    order_id,
    payload->>'$.name' as order_name,
    cast(if(bought.origin = 'admin', payload->>'$.number', payload->>'$.order_number') as bigint)
        as order_number,
    buyer,
    order_rank,
    order_rank = 1 as is_first_order,
    customer_id,
    email,
    moment(coalesce(payload->>'$.createdAt', payload->>'$.created_at')) as created_at,
    processed_at,
    shop_date,
    updated_at,
    moment(coalesce(payload->>'$.cancelledAt', payload->>'$.cancelled_at')) as cancelled_at,
    lower(coalesce(payload->>'$.cancelReason', payload->>'$.cancel_reason')) as cancel_reason,
    lower(coalesce(payload->>'$.displayFinancialStatus', payload->>'$.financial_status'))
        as financial_status,
    -- A webhook says nothing of what is not sent yet.
    lower(
        coalesce(
            payload->>'$.displayFulfillmentStatus', payload->>'$.fulfillment_status', 'unfulfilled'
        )
    ) as fulfillment_status,
    coalesce(payload->>'$.sourceName', payload->>'$.source_name') as source_name,
    coalesce(payload->>'$.checkoutToken', payload->>'$.checkout_token') as checkout_token,
    coalesce(payload->>'$.cartToken', payload->>'$.cart_token') as cart_token,
    currency,
    coalesce(payload->>'$.presentmentCurrencyCode', payload->>'$.presentment_currency')
        as presentment_currency,
    money(coalesce(payload->>'$.totalPriceSet.shopMoney.amount', payload->>'$.total_price'))
        as total_price,
    money(
        coalesce(
            payload->>'$.totalPriceSet.presentmentMoney.amount',
            payload->>'$.total_price_set.presentment_money.amount'
        )
    ) as presentment_total_price,
    money(coalesce(payload->>'$.currentTotalPriceSet.shopMoney.amount', payload->>'$.current_total_price'))
        as current_total_price,
    coalesce(columns(getvariable('figures')), 0),
    amount_paid,
    amount_refunded,
    coalesce(line_count, 0) as line_count,
    cancelled_at is not null as is_cancelled,
    is_read is null as is_provisional,
    if(is_provisional, null, coalesce(ledger_total, 0) - current_total_price) as ledger_difference
from bought
left join order_figures using (tenant_id, order_id)
left join paid using (tenant_id, order_id)
left join line_counts using (tenant_id, order_id)
left join read_orders using (tenant_id, order_id);
