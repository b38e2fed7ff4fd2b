with edits as (

    select * from {{ source('raw', 'order_edits') }}

),

changes as (

    select
        edits.tenant_id,
        edits.parent_id as order_id,
        edits.id as order_edit_id,
        edits.updated_at as committed_at,
        additions.change,
        true as is_addition

    from edits
    cross join lateral {{ each('edits.payload', 'order_edit.line_items.additions') }} as additions (change)
    union all
    select
        edits.tenant_id,
        edits.parent_id as order_id,
        edits.id as order_edit_id,
        edits.updated_at as committed_at,
        removals.change,
        false as is_addition

    from edits
    cross join lateral {{ each('edits.payload', 'order_edit.line_items.removals') }} as removals (change)

)

select
    tenant_id,
    order_id,
    order_edit_id,
    {{ shopify_id("change ->> 'id'") }} as line_item_id,
    is_addition,
    (change ->> 'delta')::integer as quantity,
    committed_at

from changes
