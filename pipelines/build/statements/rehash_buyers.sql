-- A buyer who was named under an older secret key is the same buyer under the present one.
update control.buyers as kept
set identity_hash = renamed.identity_hash
from (select distinct tenant_id, identity, identity_hash from identities) as renamed
where
    kept.tenant_id = renamed.tenant_id
    and kept.identity_hash
    = sha256(%(outer)s::bytea || sha256(%(inner)s::bytea || convert_to(renamed.identity, 'UTF8')))
    and not exists (
        select 1
        from control.buyers as present
        where present.tenant_id = renamed.tenant_id and present.identity_hash = renamed.identity_hash
    )
