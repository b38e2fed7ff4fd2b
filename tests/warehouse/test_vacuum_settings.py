"""The busiest tables are vacuumed by counts that fit them, not by a fifth of all their rows."""

from warehouse.connections import Role, connect
from warehouse.settings import Settings

_OPTIONS = """
select namespace.nspname || '.' || class.relname, coalesce(class.reloptions, '{}'),
    coalesce(toast.reloptions, '{}')
from pg_class as class
inner join pg_namespace as namespace on class.relnamespace = namespace.oid
left join pg_class as toast on toast.oid = class.reltoastrelid
where class.relkind = 'r' and namespace.nspname in ('control', 'landing', 'raw')
    and class.relname not like '\\_dlt%'
order by 1
"""


def test_each_busy_table_has_its_own_settings(settings: Settings) -> None:
    with connect(settings, Role.OWNER) as owner:
        found = {str(name): (own, toast) for name, own, toast in owner.execute(_OPTIONS.encode())}
    documents = [name for name in found if name.startswith("raw.")] + ["landing.webhook_events"]
    assert len(documents) > 10
    for name in documents:
        own, toast = found[name]
        assert "autovacuum_vacuum_scale_factor=0.02" in str(own), name
        assert "autovacuum_vacuum_scale_factor=0.02" in str(toast), name
    owed = [name for name in found if name.startswith("control.dirty_")]
    assert len(owed) > 5
    for name in [*owed, "control.refetch_orders", "control.load_batches"]:
        assert "autovacuum_vacuum_threshold=1000" in str(found[name][0]), name
    assert "fillfactor=50" in str(found["control.query_costs"][0])
