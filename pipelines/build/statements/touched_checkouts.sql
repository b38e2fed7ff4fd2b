-- Checkouts with news in those loads: a document, a moment of theirs or of their cart's, their deletion,
-- and both names of one that a webhook tells the number of.
insert into control.dirty_checkouts (tenant_id, build_group, checkout_id)
select distinct touched.tenant_id, %(build_group)s, touched.checkout_id
from (
    select tenant_id, id as checkout_id
    from raw.checkouts
    where _dlt_load_id in (select load_id from begun_loads)
    union all
    select named.tenant_id, substr(named.parent_id, length('checkout:') + 1)
    from raw.checkouts as fresh
    inner join raw.checkout_activity as named
        on fresh.tenant_id = named.tenant_id and 'number:' || fresh.id = named.id
    where fresh._dlt_load_id in (select load_id from begun_loads) and fresh.origin = 'admin'
    union all
    select named.tenant_id, substr(named.id, length('number:') + 1)
    from raw.checkouts as fresh
    inner join raw.checkout_activity as named
        on fresh.tenant_id = named.tenant_id and 'checkout:' || fresh.id = named.parent_id
    where
        fresh._dlt_load_id in (select load_id from begun_loads)
        and fresh.origin = 'webhook'
        and starts_with(named.id, 'number:')
    union all
    select tenant_id, substr(id, length('number:') + 1)
    from raw.checkout_activity
    where _dlt_load_id in (select load_id from begun_loads) and starts_with(id, 'number:')
    union all
    select tenant_id, substr(parent_id, length('checkout:') + 1)
    from raw.checkout_activity
    where _dlt_load_id in (select load_id from begun_loads) and starts_with(parent_id, 'checkout:')
    union all
    select checkouts.tenant_id, checkouts.id
    from raw.checkout_activity as moments
    inner join raw.checkouts as checkouts
        on moments.tenant_id = checkouts.tenant_id
        and substr(moments.parent_id, length('cart:') + 1) = checkouts.parent_id
    where moments._dlt_load_id in (select load_id from begun_loads) and starts_with(moments.parent_id, 'cart:')
    union all
    select tenant_id, id
    from raw.checkout_deletions
    where _dlt_load_id in (select load_id from begun_loads)
    union all
    select checkouts.tenant_id, checkouts.id
    from raw.checkout_deletions as deletions
    inner join raw.checkouts as checkouts
        on deletions.tenant_id = checkouts.tenant_id and deletions.id = checkouts.parent_id
    where deletions._dlt_load_id in (select load_id from begun_loads)
    union all
    select named.tenant_id, substr(named.parent_id, length('checkout:') + 1)
    from raw.checkout_deletions as deletions
    inner join raw.checkout_activity as named
        on deletions.tenant_id = named.tenant_id and 'number:' || deletions.id = named.id
    where deletions._dlt_load_id in (select load_id from begun_loads)
) as touched
on conflict do nothing
