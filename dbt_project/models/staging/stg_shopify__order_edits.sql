select
    edits.tenant_id,
    edits.parent_id as order_id,
    edits.id as order_edit_id,
    {{ shopify_id("changes.change ->> 'id'") }} as line_item_id,
    changes.is_addition,
    (changes.change ->> 'delta')::integer as quantity,
    edits.updated_at as committed_at

from {{ source('raw', 'order_edits') }} as edits
cross join lateral (
    select {{ each('edits.payload', 'order_edit.line_items.additions') }} as change, true as is_addition
    union all
    select {{ each('edits.payload', 'order_edit.line_items.removals') }} as change, false as is_addition
) as changes
