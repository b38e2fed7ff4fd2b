with customers as (

    select * from {{ ref('customers') }}
    where customer_id is not null

),

shops as (

    select * from {{ ref('shops') }}

),

charges as (

    select
        tenant_id,
        order_id,
        {{ package_sums() }}

    from {{ ref('ledger') }}
    group by tenant_id, order_id

),

sums as (

    select
        orders.tenant_id,
        orders.buyer_key,
        sum(charges.total_tax) as total_tax,
        sum(charges.shipping_cost) as shipping_cost,
        sum(charges.shipping_discount_amount) as shipping_discount_amount,
        sum(charges.shipping_tax) as shipping_tax,
        sum(orders.units_sold) as units_sold

    from {{ ref('orders') }} as orders
    left join charges
        on orders.tenant_id = charges.tenant_id
        and orders.order_id = charges.order_id
    group by orders.tenant_id, orders.buyer_key

),

filled as (

    select
        customers.*,
        shops.shop_domain,
        coalesce(sums.units_sold, 0) as units_sold,
        coalesce(sums.total_tax, 0) as total_tax,
        coalesce(sums.shipping_cost, 0) as shipping_cost,
        coalesce(sums.shipping_cost - sums.shipping_discount_amount, 0) as discounted_shipping,
        coalesce(sums.shipping_tax, 0) as shipping_tax,
        nullif(customers.orders_count, 0)::numeric as divisor

    from customers
    left join shops on customers.tenant_id = shops.tenant_id
    left join sums
        on customers.tenant_id = sums.tenant_id
        and customers.buyer_key = sums.buyer_key

)

select
    tenant_id, customer_id, email, first_name, last_name, {{ unfilled('bigint', ['default_address_id']) }}, phone,
    {{ unfilled('text', ['account_state']) }}, {{ unfilled('boolean', ['is_tax_exempt', 'is_verified_email']) }},
    {{ unfilled('text', ['note']) }}, currency,
    {{ unfilled('text', ['marketing_consent_state', 'marketing_opt_in_level']) }},
    {{ unfilled('timestamptz', ['marketing_consent_updated_at']) }}, created_at as created_timestamp,
    {{ unfilled('timestamptz', ['updated_timestamp', '_fivetran_synced']) }}, shop_domain as source_relation,
    {{ unfilled('text', ['metafield_star_wars_firstname', 'metafield_star_wars_lastname']) }},
    {{ unfilled('text', ['metafield_star_wars_fullname', 'metafield_star_wars_isjedi']) }},
    abandoned_checkouts as lifetime_abandoned_checkouts,
    first_order_at as first_order_timestamp,
    last_order_at as most_recent_order_timestamp,
    {{ unfilled('text', ['customer_tags']) }},
    average_order_value as avg_order_value,
    amount_paid as lifetime_total_spent,
    amount_refunded as lifetime_total_refunded,
    (amount_paid - amount_refunded)::numeric(20, 4) as lifetime_total_net,
    orders_count as lifetime_count_orders,
    (units_sold / divisor)::numeric(20, 4) as avg_quantity_per_order,
    total_tax::numeric(20, 4) as lifetime_total_tax,
    (total_tax / divisor)::numeric(20, 4) as avg_tax_per_order,
    discounts as lifetime_total_discount,
    (discounts / divisor)::numeric(20, 4) as avg_discount_per_order,
    shipping_cost::numeric(20, 4) as lifetime_total_shipping,
    (shipping_cost / divisor)::numeric(20, 4) as avg_shipping_per_order,
    discounted_shipping::numeric(20, 4) as lifetime_total_shipping_with_discounts,
    (discounted_shipping / divisor)::numeric(20, 4) as avg_shipping_with_discounts_per_order,
    shipping_tax::numeric(20, 4) as lifetime_total_shipping_tax,
    (shipping_tax / divisor)::numeric(20, 4) as avg_shipping_tax_per_order

from filled
