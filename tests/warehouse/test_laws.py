"""The laws L1, L5, L6 and L8 over what the migrations make; no Citus is needed to hold them."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from warehouse.connections import SERVICE_ROLES, Role, connect
from warehouse.migrate import migration_files
from warehouse.settings import Settings

Ask = Callable[[str], list[Any]]
SCHEMAS = ["control", "landing", "raw"]
# Tables of no tenant, each with what it is of instead.
OF_NO_TENANT = {
    "control.load_batches": "one claim takes events of many tenants",
    "control.builds": "one build makes the marts of all tenants",
    "landing.refusals": "whose a refused delivery is nobody proved",
    "control.build_loads": "one load carries documents of many tenants",
}
# The registry itself: a shop belongs to one tenant only, so its domain is unique by itself.
REGISTRY_INDEX = "control.tenants_shop_domain_key"
# Functions that run with their owner's rights, each with what no grant can give instead.
WITH_OWNERS_RIGHTS = {
    "control.refresh_statistics": "before PostgreSQL 17 only an owner may analyze a table",
}
PLAIN_FORM = (
    "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint)"
)
# What Citus cannot do, or refuses, and what would undo the locks.
NOT_USED = (
    r"create\s+(or\s+replace\s+)?(constraint\s+)?trigger",
    r"create\s+(or\s+replace\s+)?rule",
    r"set_config\s*\(",
    r"\b(rollup|cube|grouping\s+sets)\b",
    r"\bbypassrls\b",
    r"disable\s+row\s+level\s+security",
)


@pytest.fixture
def ask(settings: Settings) -> Ask:
    """A question to the catalog of a migrated database, over our schemas."""

    def answered(query: str) -> list[Any]:
        with connect(settings, Role.OWNER) as connection:
            return connection.execute(query.encode(), {"schemas": SCHEMAS}).fetchall()

    return answered


TABLES = """
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s) and c.relkind in ('r', 'p')
"""


def test_every_table_is_a_tenants_or_says_why_not(ask: Ask) -> None:
    tables = {name for (name,) in ask(TABLES)}
    tenants = {
        name
        for (name,) in ask(
            TABLES + " and exists (select 1 from pg_attribute a where a.attrelid = c.oid"
            " and a.attname = 'tenant_id' and a.attnotnull and a.atttypid = 'bigint'::regtype)"
        )
    }
    assert tables - tenants == set(OF_NO_TENANT)
    assert len(tenants) >= 15


def test_the_tenant_comes_first_in_every_primary_key_and_unique_index(ask: Ask) -> None:
    wrong = ask(
        """
        select i.indexrelid::regclass::text from pg_index i
        join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
        where n.nspname = any (%(schemas)s) and i.indisunique and i.indkey[0] <> t.attnum
        """
    )
    assert [name for (name,) in wrong] == [REGISTRY_INDEX]


def test_every_tenant_table_has_a_primary_key(ask: Ask) -> None:
    wrong = ask(
        TABLES + " and not exists (select 1 from pg_index i where i.indrelid = c.oid"
        " and i.indisprimary)"
    )
    assert wrong == []


def test_a_foreign_key_between_tenants_tables_carries_the_tenant(ask: Ask) -> None:
    wrong = ask(
        """
    select k.conrelid::regclass::text from pg_constraint k
    join pg_namespace n on n.oid = k.connamespace
    join pg_attribute t on t.attrelid = k.conrelid and t.attname = 'tenant_id'
    where n.nspname = any (%(schemas)s) and k.contype = 'f' and not t.attnum = any (k.conkey)
    """
    )
    assert wrong == []


def test_money_and_time_have_exact_types(ask: Ask) -> None:
    wrong = ask(
        """
    select table_schema, table_name, column_name, data_type from information_schema.columns
    where table_schema = any (%(schemas)s) and data_type in
        ('real', 'double precision', 'money', 'timestamp without time zone')
    """
    )
    assert wrong == []


def test_row_security_is_forced_on_every_tenant_table(ask: Ask) -> None:
    bare = {
        name for (name,) in ask(TABLES + " and not (c.relrowsecurity and c.relforcerowsecurity)")
    }
    assert bare == set(OF_NO_TENANT)


def test_what_a_reader_sees_is_decided_by_the_plain_form_alone(ask: Ask) -> None:
    policies = ask(
        "select distinct cmd, qual, with_check, permissive from pg_policies"
        " where schemaname = any (%(schemas)s)"
        " and roles && array['shopmart_reader', 'public']::name[]"
    )
    assert policies == [("SELECT", PLAIN_FORM, None, "PERMISSIVE")]


def test_no_service_owns_a_table_whose_row_security_it_could_end(ask: Ask) -> None:
    owners = {
        owner
        for (owner,) in ask(
            "select distinct tableowner from pg_tables where schemaname = any (%(schemas)s)"
        )
    }
    assert owners.isdisjoint(role.value for role in SERVICE_ROLES)


def test_no_service_may_bypass_row_security_or_become_another_role(ask: Ask) -> None:
    wrong = ask(
        "select rolname from pg_roles where rolname like 'shopmart\\_%%'"
        " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolinherit)"
    )
    assert wrong == []
    wrong = ask(
        "select roleid::regrole from pg_auth_members"
        " where member::regrole::text like 'shopmart\\_%%'"
    )
    assert wrong == []


def test_there_are_no_row_triggers_or_rules(ask: Ask) -> None:
    assert ask("select tgname from pg_trigger where not tgisinternal") == []
    assert ask("select rulename from pg_rules where schemaname = any (%(schemas)s)") == []


def test_a_function_with_its_owners_rights_is_named_here_and_cannot_be_led_astray(
    ask: Ask,
) -> None:
    functions = ask(
        "select n.nspname || '.' || p.proname, p.proconfig, p.pronargs,"
        " has_function_privilege('public', p.oid, 'execute')"
        " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = any (%(schemas)s) and p.prosecdef"
    )
    assert {name for name, *_ in functions} <= set(WITH_OWNERS_RIGHTS)
    for name, settings, arguments, public in functions:
        # Without pg_temp at the end a caller's temporary table outranks the catalog.
        assert settings == ["search_path=pg_catalog, pg_temp"], name
        assert (arguments, public) == (0, False), name


@pytest.mark.parametrize("name", [name for name, _ in migration_files()])
def test_no_migration_uses_what_citus_refuses(name: str) -> None:
    text = re.sub(r"--.*", "", dict(migration_files())[name]).lower()
    assert [word for word in NOT_USED if re.search(word, text)] == []
