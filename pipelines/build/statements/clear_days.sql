-- Days are only ever added by a build under its lock, so all of them are this build's.
delete from control.dirty_days
where build_group = %(build_group)s
