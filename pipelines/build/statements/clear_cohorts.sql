delete from control.dirty_cohorts
where build_group = any(%(settled)s::text[])
