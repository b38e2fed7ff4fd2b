delete from control.dirty_buyers as dirty
where dirty.build_group = %(build_group)s
    and (dirty.tenant_id, dirty.buyer_key) in (select tenant_id, buyer_key from begun_buyers)
