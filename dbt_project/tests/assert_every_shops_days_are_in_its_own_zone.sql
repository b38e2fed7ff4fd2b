{{ config(severity='warn') }}

-- A shop whose time zone nobody told, or whose zone this server does not know, has its days counted in
-- UTC: figures by day are then not the shop's, and that must be said.

select
    orders.tenant_id,
    count(*) as orders

from {{ ref('orders') }} as orders
inner join {{ ref('shops') }} as shops
    on orders.tenant_id = shops.tenant_id
where shops.iana_timezone is distinct from shops.day_timezone
group by orders.tenant_id
