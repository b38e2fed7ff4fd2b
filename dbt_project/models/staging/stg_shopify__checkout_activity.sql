select
    moments.tenant_id,
    split_part(moments.parent_id, ':', 1) as subject,
    moments.parent_id as subject_key,
    (moments.payload ->> 'at')::timestamptz as active_at,
    (moments.payload ->> 'completed_at')::timestamptz as completed_at,
    moments.payload ->> 'number' as checkout_number

from {{ source('raw', 'checkout_activity') }} as moments
