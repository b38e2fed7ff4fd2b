-- A delivery is followed through its batch and load to the builds that show it.
update control.load_batches as batches
set
    live_built_at = coalesce(batches.live_built_at, now()),
    whole_built_at = case
        when %(build_group)s = 'all' then coalesce(batches.whole_built_at, now())
        else batches.whole_built_at
    end
from begun_loads
where batches.load_id = begun_loads.load_id
