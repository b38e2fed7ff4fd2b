-- Both customers of a merge: the one who was merged away leaves no row behind, with or without orders.
insert into control.dirty_buyers (tenant_id, build_group, buyer_key)
select distinct customers.tenant_id, %(build_group)s, customers.buyer_key
from raw.customer_merges as merges
inner join control.customer_buyers as customers
    on merges.tenant_id = customers.tenant_id and customers.customer_id in (merges.id, merges.parent_id)
where merges._dlt_load_id in (select load_id from begun_loads)
on conflict do nothing
