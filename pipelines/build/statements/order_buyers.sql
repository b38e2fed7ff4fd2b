-- An erased person's hash is gone and the key stays on the orders, so that no sum moves.
insert into control.order_buyers as kept (tenant_id, order_id, buyer_key)
select identities.tenant_id, identities.order_id, buyers.buyer_key
from identities
inner join control.buyers as buyers
    on identities.tenant_id = buyers.tenant_id and identities.identity_hash = buyers.identity_hash
where identities.order_id is not null
on conflict (tenant_id, order_id) do update
set buyer_key = excluded.buyer_key
where
    kept.buyer_key <> excluded.buyer_key
    and exists (
        select 1
        from control.buyers as known
        where known.tenant_id = kept.tenant_id and known.buyer_key = kept.buyer_key
    )
