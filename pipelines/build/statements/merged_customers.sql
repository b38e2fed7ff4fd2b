-- The end of each chain of merges, for shops with a merge in those loads.
insert into control.merged_customers as known (tenant_id, customer_id, kept_id)
with recursive chains as (
    select merges.tenant_id, merges.id as customer_id, merges.parent_id as kept_id
    from raw.customer_merges as merges
    where
        merges.parent_id is not null
        and (
            %(full_refresh)s
            or merges.tenant_id in (
                select touched.tenant_id
                from raw.customer_merges as touched
                where touched._dlt_load_id in (select load_id from begun_loads)
            )
        )
    union
    select chains.tenant_id, chains.customer_id, merges.parent_id
    from chains
    inner join raw.customer_merges as merges
        on chains.tenant_id = merges.tenant_id and chains.kept_id = merges.id
    where merges.parent_id is not null
)
select distinct on (chains.tenant_id, chains.customer_id)
    chains.tenant_id, chains.customer_id, chains.kept_id
from chains
where not exists (
    select 1
    from raw.customer_merges as later
    where later.tenant_id = chains.tenant_id and later.id = chains.kept_id
)
order by chains.tenant_id, chains.customer_id, chains.kept_id
on conflict (tenant_id, customer_id) do update
set kept_id = excluded.kept_id
where known.kept_id <> excluded.kept_id
