delete from control.dirty_buyers
where build_group = any(%(settled)s::text[])
