{% set address = ['address_1', 'address_2', 'city', 'company', 'country', 'country_code', 'first_name', 'last_name'] %}
{% set place = ['name', 'phone', 'province', 'province_code', 'zip'] %}

with orders as (

    select * from {{ ref('orders') }}

),

shops as (

    select * from {{ ref('shops') }}

),

sums as (

    select
        tenant_id,
        order_id,
        {{ package_sums() }}

    from {{ ref('ledger') }}
    group by tenant_id, order_id

),

lines as (

    select
        tenant_id,
        order_id,
        sum(quantity * unit_price) as total_line_items_price

    from {{ ref('order_lines') }}
    group by tenant_id, order_id

)

select
    orders.tenant_id, orders.order_id, {{ unfilled('bigint', ['user_id']) }},
    orders.discounts as total_discounts, {{ unfilled('jsonb', ['total_discounts_set']) }},
    coalesce(lines.total_line_items_price, 0)::numeric(20, 4) as total_line_items_price,
    {{ unfilled('jsonb', ['total_line_items_price_set']) }},
    orders.total_price,
    jsonb_build_object(
        'shop_money', jsonb_build_object('amount', orders.total_price::text, 'currency_code', orders.currency),
        'presentment_money', jsonb_build_object(
            'amount', orders.presentment_total_price::text, 'currency_code', orders.presentment_currency
        )
    ) as total_price_set,
    {{ unfilled('jsonb', ['total_tax_set']) }},
    coalesce(sums.total_tax, 0)::numeric(20, 4) as total_tax,
    orders.source_name,
    (orders.gross_sales - orders.discounts)::numeric(20, 4) as subtotal_price,
    {{ unfilled('boolean', ['has_taxes_included']) }}, {{ unfilled('numeric', ['total_weight']) }},
    orders.tips as total_tip_received,
    {{ unfilled('text', ['landing_site_base_url']) }}, {{ unfilled('bigint', ['location_id']) }},
    orders.order_name as name, {{ unfilled('text', ['note']) }}, {{ unfilled('bigint', ['number']) }},
    orders.order_number, orders.cancel_reason, orders.cart_token, orders.checkout_token,
    orders.created_at as created_timestamp, orders.cancelled_at as cancelled_timestamp,
    {{ unfilled('timestamptz', ['closed_timestamp']) }},
    orders.processed_at as processed_timestamp, orders.updated_at as updated_timestamp,
    orders.currency, orders.customer_id, orders.email, orders.financial_status, orders.fulfillment_status,
    {{ unfilled('text', ['referring_site']) }},
    {% for kind in ['billing', 'shipping'] %}
    {% for part in address %}{{ unfilled('text', [kind ~ '_address_' ~ part]) }}, {% endfor %}
    {{ unfilled('numeric', [kind ~ '_address_latitude', kind ~ '_address_longitude']) }},
    {% for part in place %}{{ unfilled('text', [kind ~ '_address_' ~ part]) }}, {% endfor %}
    {% if loop.first %}{{ unfilled('text', ['browser_ip']) }}, {{ unfilled('jsonb', ['total_shipping_price_set']) }},{% endif %}
    {% endfor %}
    {{ unfilled('text', ['token']) }}, {{ unfilled('bigint', ['app_id', 'checkout_id']) }},
    {{ unfilled('text', ['client_details_user_agent', 'customer_locale', 'order_status_url']) }},
    orders.presentment_currency, false as is_test_order, false as is_deleted,
    {{ unfilled('boolean', ['has_buyer_accepted_marketing', 'is_confirmed']) }},
    {{ unfilled('timestamptz', ['_fivetran_synced']) }}, shops.shop_domain as source_relation,
    {{ unfilled('text', ['metafield_blade_runner_returnauthorizations', 'metafield_avengers_howmany']) }},
    {{ unfilled('text', ['metafield_star_wars_isinspace']) }},
    orders.tenant_id || '-' || orders.order_id as orders_unique_key,
    coalesce(sums.shipping_cost, 0)::numeric(20, 4) as shipping_cost,
    coalesce(sums.order_adjustment_amount, 0)::numeric(20, 4) as order_adjustment_amount,
    coalesce(sums.order_adjustment_tax_amount, 0)::numeric(20, 4) as order_adjustment_tax_amount,
    coalesce(sums.refund_subtotal, 0)::numeric(20, 4) as refund_subtotal,
    coalesce(sums.refund_total_tax, 0)::numeric(20, 4) as refund_total_tax,
    coalesce(sums.order_adjusted_total, 0)::numeric(20, 4) as order_adjusted_total,
    orders.line_count as line_item_count,
    coalesce(sums.shipping_discount_amount, 0)::numeric(20, 4) as shipping_discount_amount,
    {{ unfilled('numeric(20, 4)', ['percentage_calc_discount_amount', 'fixed_amount_discount_amount']) }},
    {{ unfilled('integer', ['count_discount_codes_applied']) }},
    coalesce(sums.shipping_tax, 0)::numeric(20, 4) as order_total_shipping_tax,
    {{ unfilled('text', ['order_tags', 'order_url_tags']) }}, {{ unfilled('integer', ['number_of_fulfillments']) }},
    {{ unfilled('text', ['fulfillment_services', 'tracking_companies', 'tracking_numbers']) }},
    orders.gross_sales, orders.discounts, orders.returns, orders.net_sales,
    orders.order_rank as customer_order_seq_number,
    case when orders.is_first_order then 'new' else 'repeat' end as new_vs_repeat

from orders
left join shops on orders.tenant_id = shops.tenant_id
left join sums
    on orders.tenant_id = sums.tenant_id
    and orders.order_id = sums.order_id
left join lines
    on orders.tenant_id = lines.tenant_id
    and orders.order_id = lines.order_id
