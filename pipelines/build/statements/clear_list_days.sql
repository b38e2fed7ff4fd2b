delete from control.dirty_list_days
where build_group = any(%(settled)s::text[])
