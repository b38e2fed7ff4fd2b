-- Orders with a document in those loads: their own, a refund's or an edit's.
insert into control.dirty_orders (tenant_id, build_group, order_id)
select touched.tenant_id, %(build_group)s, touched.order_id
from (
    select tenant_id, id as order_id
    from raw.orders
    where _dlt_load_id in (select load_id from begun_loads)
    union
    select tenant_id, parent_id
    from raw.refunds
    where _dlt_load_id in (select load_id from begun_loads) and parent_id is not null
    union
    select tenant_id, parent_id
    from raw.order_edits
    where _dlt_load_id in (select load_id from begun_loads) and parent_id is not null
) as touched
on conflict do nothing
