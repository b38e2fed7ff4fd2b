-- Fresh statistics for a build. Straight after a first load the planner knows nothing of the raw tables
-- and joins them row by row (792 orders took 275 s, with statistics 1 s); autovacuum comes a minute late.

do $$
declare
    resource text;
begin
    foreach resource in array array['shops', 'orders', 'customers', 'refunds', 'order_edits'] loop
        -- No query is planned by what stands in a document, and sampling documents is dear.
        execute format('alter table raw.%I alter column payload set statistics 0', resource);
    end loop;
end
$$;

create function control.refresh_statistics() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    relation regclass;
begin
    for relation in
        select class.oid::regclass
        from pg_class as class
        inner join pg_namespace as namespace on class.relnamespace = namespace.oid
        where class.relkind = 'r'
            and (
                (namespace.nspname = 'control' and class.relname like 'dirty\_%')
                or (
                    (
                        namespace.nspname = 'raw'
                        or (namespace.nspname = 'control' and class.relname like '%buyers')
                    )
                    and pg_relation_size(class.oid) > 2 * class.relpages * 8192::bigint
                )
            )
    loop
        execute format('analyze %s', relation);
    end loop;
end
$$;
revoke all on function control.refresh_statistics() from public;
grant execute on function control.refresh_statistics() to shopmart_dbt;
