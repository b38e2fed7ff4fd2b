"""SQL that makes documents of the lines of an export: children go into their parents as lists.

It reads DuckDB's table ``lines (gid, parent, kind, number, body)`` and gives one row for each
document: ``id, parent_id, updated_at, payload``. The text of a line is never written anew.
"""

from pipelines.resources import Children, EachChild, Resource


def documents_of(resource: Resource) -> str:
    """The query for the documents of a resource."""
    if resource.each_child:
        return _each_child(resource.each_child)
    return _each_root(resource)


def number_in(gid: str) -> str:
    """SQL for the number at the end of a gid, as text; null where there is none."""
    return f"nullif(regexp_extract({gid}, '/(\\d{{1,19}})(\\?.*)?$', 1), '')"


def _each_root(resource: Resource) -> str:
    """One document for each root, with its children written in."""
    key_type = "bigint" if resource.key == "number" else "varchar"
    return f"""
        select
            root.number::{key_type} as id,
            null::{key_type} as parent_id,
            root.body ->> '$.updatedAt' as updated_at,
            {_payload("root", resource.children)} as payload
        from lines as root
        {_joins("root", resource.children)}
        where root.parent is null
    """  # noqa: S608 - put together from the resource table


def _each_child(names: EachChild) -> str:
    """One document for each child, known by its root's number and that of the object beside it."""
    beside = number_in(f"child.body ->> '$.{names.beside}.id'")
    return f"""
        select
            root.number || ':' || {beside} as id,
            root.number::varchar as parent_id,
            child.body ->> '$.updatedAt' as updated_at,
            left(child.body, length(child.body) - 1)
                || ',"{names.root_field}":' || root.number
                || ',"{names.beside_field}":' || {beside} || '}}' as payload
        from lines as child
        inner join lines as root on root.gid = child.parent
    """  # noqa: S608 - put together from the resource table


def _payload(alias: str, children: tuple[Children, ...]) -> str:
    """A line's text with its children's lists written in before the closing brace."""
    if not children:
        return f"{alias}.body"
    lists = " || ".join(
        f"',\"{child.name}\":[' || coalesce({child.name}.items, '') || ']'" for child in children
    )
    return f"left({alias}.body, length({alias}.body) - 1) || {lists} || '}}'"


def _joins(alias: str, children: tuple[Children, ...]) -> str:
    return "\n".join(
        f"left join ({_grouped(child)}) as {child.name} on {child.name}.parent = {alias}.gid"
        for child in children
    )


def _grouped(child: Children) -> str:
    """The lists of one kind of children, in the order of their ids, for each parent."""
    kinds = ", ".join(f"'{kind}'" for kind in child.kinds)
    item = _payload("item", child.children)
    return f"""
        select item.parent, string_agg({item}, ',' order by item.number, item.gid) as items
        from lines as item
        {_joins("item", child.children)}
        where item.parent is not null and item.kind in ({kinds})
        group by item.parent
    """  # noqa: S608 - put together from the resource table
