"""The GraphQL documents against Shopify's own schema and the rules of its exports."""

import gzip
from pathlib import Path

import orjson
import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    validate,
    visit,
)
from graphql.type import GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType

from pipelines.resources import RESOURCES
from pipelines.shopify.queries import FOLDER, SEARCH, bulk_document, document, grants
from pipelines.sweep.ids import SWEPT

NAMES = sorted(file.stem for file in FOLDER.glob("*.graphql") if file.stem != "fragments")
BULK = [*(resource.bulk for resource in RESOURCES if resource.bulk), *SWEPT.values()]


@pytest.fixture(scope="module")
def schema(shared: Path) -> GraphQLSchema:
    packed = (shared / "shopify" / "admin-2026-10.graphql.gz").read_bytes()
    sdl = gzip.decompress(packed).decode()
    return build_schema(sdl, assume_valid=True, assume_valid_sdl=True)


@pytest.fixture(scope="module")
def needs(shared: Path) -> dict[str, set[str]]:
    """Shopify's own table: of which scopes a type or a field needs one."""
    packed = (shared / "shopify" / "access_scopes-2026-10.json.gz").read_bytes()
    table = orjson.loads(gzip.decompress(packed))
    return {name: set(row["offline_scopes"]) for name, row in table.items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_document_is_valid_in_the_version_that_we_ask_for(
    schema: GraphQLSchema, name: str
) -> None:
    assert validate(schema, parse(document(name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_fragment_or_placeholder_is_left(name: str) -> None:
    text = bulk_document(name, search="id:1")
    assert SEARCH not in text
    assert "...Money" not in text
    assert "fragment " not in text


@pytest.mark.parametrize("name", BULK)
def test_an_export_keeps_the_rules_of_bulk_queries(schema: GraphQLSchema, name: str) -> None:
    operation = parse(bulk_document(name, search="id:1")).definitions[0]
    root = schema.query_type
    assert root is not None
    found = _connections(operation.selection_set, root, depth=0, in_list=False)  # type: ignore[attr-defined]
    assert 1 <= len(found) <= 5
    assert max(depth for _, depth, _ in found) <= 2
    assert not [field for field, _, in_list in found if in_list]
    assert len(bulk_document(name, search="id:1").encode()) < 65_535


@pytest.mark.parametrize("name", BULK)
def test_an_export_selects_edges_and_the_id_of_every_parent(name: str) -> None:
    operation = parse(bulk_document(name, search="id:1")).definitions[0]
    for node in _nodes(operation.selection_set):  # type: ignore[attr-defined]
        assert "id" in [_name(one) for one in node.selections], name


def test_orders_take_the_five_connections_that_one_export_may_have(schema: GraphQLSchema) -> None:
    text = bulk_document("bulk_orders", search="id:1")
    operation = parse(text).definitions[0]
    assert schema.query_type is not None
    found = _connections(operation.selection_set, schema.query_type, depth=0, in_list=False)  # type: ignore[attr-defined]
    assert [field for field, _, _ in found] == [
        "orders",
        "lineItems",
        "shippingLines",
        "agreements",
        "sales",
    ]


# An examination asks for what may be denied in order to see whether it is.
PROBES = {"customer_data", "customer_ids"}
GRANTS = [
    {"read_orders"},
    {"read_orders", "read_customers"},
    {"read_orders", "read_products", "read_returns"},
    {"write_orders", "write_products", "write_inventory", "read_customers"},
]


@pytest.mark.parametrize("scopes", GRANTS)
@pytest.mark.parametrize("name", sorted(set(NAMES) - PROBES))
def test_no_document_selects_what_its_scopes_do_not_grant(
    schema: GraphQLSchema, needs: dict[str, set[str]], scopes: set[str], name: str
) -> None:
    asked = {name: one.scopes for one in RESOURCES for name in (one.bulk, SWEPT.get(one)) if name}
    if name in asked and not grants(frozenset(scopes), asked[name]):
        return
    parsed = parse(document(name, frozenset(scopes)))
    assert validate(schema, parsed) == []
    held = scopes | {scope.replace("write_", "read_") for scope in scopes}
    types = TypeInfo(schema)
    denied = []

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            owner, field = types.get_parent_type(), types.get_field_def()
            if owner and field:
                kind = get_named_type(field.type).name.removesuffix("Connection")
                for wanted in (f"{owner.name}.{node.name.value}", kind):
                    if needs.get(wanted) and not held & needs[wanted]:
                        denied.append(wanted)

    visit(parsed, TypeInfoVisitor(types, Fields()))
    assert denied == []


def test_a_field_that_is_granted_is_selected_and_its_mark_is_gone() -> None:
    scopes = frozenset({"read_orders", "write_customers", "read_returns", "read_markets_home"})
    text = document("bulk_orders", scopes)
    assert "customer { id }" in text
    assert "... on ReturnAgreement { return { id } }" in text
    assert "retailLocation { id }" in text
    assert "product { id }" not in text
    assert "@needs" not in text + document("bulk_orders") + document("bulk_orders", frozenset())


Connection = tuple[str, int, bool]
Parent = GraphQLObjectType | GraphQLInterfaceType


def _connections(
    selections: SelectionSetNode | None, parent: Parent, *, depth: int, in_list: bool
) -> list[Connection]:
    """Every connection with its depth and whether it lies in a list."""
    found: list[Connection] = []
    for selection in selections.selections if selections else ():
        if isinstance(selection, InlineFragmentNode):
            found += _connections(selection.selection_set, parent, depth=depth, in_list=in_list)
            continue
        assert isinstance(selection, FieldNode)
        if selection.name.value not in parent.fields:
            continue
        kind = parent.fields[selection.name.value].type
        named = get_named_type(kind)
        if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            continue
        is_connection = named.name.endswith("Connection")
        if is_connection:
            found.append((selection.name.value, depth, in_list))
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        lists = in_list or (
            isinstance(inner, GraphQLList) and selection.name.value not in ("edges", "nodes")
        )
        deeper = depth + 1 if is_connection else depth
        found += _connections(selection.selection_set, named, depth=deeper, in_list=lists)
    return found


def _nodes(selections: SelectionSetNode | None) -> list[SelectionSetNode]:
    found = []
    for selection in selections.selections if selections else ():
        assert _name(selection) != "nodes"
        inner = getattr(selection, "selection_set", None)
        if _name(selection) == "node" and inner:
            found.append(inner)
        found += _nodes(inner)
    return found


def _name(selection: object) -> str | None:
    return selection.name.value if isinstance(selection, FieldNode) else None
