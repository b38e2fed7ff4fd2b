-- No hash is made again of who was erased: their documents keep the key that they have.
update identities
set identity_hash = null
where
    (
        tenant_id,
        case when order_id is null then 'customer' else 'order' end,
        coalesce(order_id, customer_id)::text
    ) in (
        select erased.tenant_id, erased.kind, erased.value
        from control.erased as erased
        where erased.buyer_key is not null
    )
