-- The products of the dirty orders' lines as they stand, and unsold ones whose shop now tells its
-- currency; order_lines adds the products that the lines name now.
insert into control.dirty_products (tenant_id, build_group, product_id)
select known.tenant_id, %(build_group)s, known.product_id
from (
    select lines.tenant_id, lines.product_id
    from marts.order_lines as lines
    where
        lines.product_id is not null
        and (lines.tenant_id, lines.order_id) in (
            select dirty.tenant_id, dirty.order_id
            from control.dirty_orders as dirty
            where dirty.build_group = %(build_group)s
        )
    union
    select products.tenant_id, products.product_id
    from marts.products as products
    inner join control.tenants as tenants on products.tenant_id = tenants.tenant_id
    where products.orders_count = 0 and products.currency is distinct from tenants.currency
) as known
on conflict do nothing
