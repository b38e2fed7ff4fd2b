"""What Shopify refuses in a bulk query, in its own words (recorded)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    parse,
    validate,
)

from sandbox.graph.types import Composite, composite, query_type

MAX_CONNECTIONS, MAX_DEPTH = 5, 2
_TYPE = "Invalid operation type. Only `query` operations are supported."
_NONE = "Bulk queries must contain at least one connection."
_DEEP = f"Bulk queries cannot contain connections with a nesting depth greater than {MAX_DEPTH}."
_MANY = f"Bulk queries cannot contain more than {MAX_CONNECTIONS} connections."
_LISTED = "Queries that contain a connection field within a list field are not currently supported."


class Refused(Exception):
    """Raised for a query that the desk does not take; holds the messages."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = messages


@dataclass
class _Seen:
    top_level: list[str] = field(default_factory=list)
    connections: int = 0
    depth: int = 0
    by_nodes: list[str] = field(default_factory=list)
    without_id: list[str] = field(default_factory=list)
    in_list: bool = False


def checked(text: str, schema: GraphQLSchema) -> tuple[DocumentNode, OperationDefinitionNode]:
    """The parsed query, if Shopify would take it."""
    try:
        document = parse(text)
    except GraphQLError as wrong:
        raise Refused(f"Invalid bulk query: {wrong.message}") from None
    operations = [n for n in document.definitions if isinstance(n, OperationDefinitionNode)]
    if not operations or operations[0].operation is not OperationType.QUERY:
        raise Refused(_TYPE)
    invalid = validate(schema, document)
    if invalid:
        raise Refused(*(f"Invalid bulk query: {error.message}" for error in invalid))
    messages = list(_complaints(_survey(document, operations[0], schema)))
    if messages:
        raise Refused(*messages)
    return document, operations[0]


def _complaints(seen: _Seen) -> Iterator[str]:
    for name in seen.top_level:
        if name in ("node", "nodes"):
            yield f"Bulk queries cannot contain a top level `{name}` field."
    if seen.connections == 0:
        yield _NONE
    if seen.by_nodes:
        names = ", ".join(f"'{name}'" for name in seen.by_nodes)
        yield (
            "All connection fields in a bulk query must select their contents using 'edges' > "
            f"'node', e.g: '{seen.by_nodes[0]} {{ edges {{ node {{'. Selecting via 'nodes' is not "
            f"supported. Invalid connection fields: {names}."
        )
    if seen.connections > MAX_CONNECTIONS:
        yield _MANY
    if seen.depth > MAX_DEPTH:
        yield _DEEP
    if seen.in_list:
        yield _LISTED
    if seen.without_id:
        yield (
            "The parent 'node' field for a nested connection must select the 'id' field without an "
            "alias and must be of 'ID' return type. Connection fields without 'id': "
            f"{', '.join(seen.without_id)}."
        )


def _survey(
    document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema
) -> _Seen:
    seen = _Seen()
    walker = _Walker(document, schema, seen)
    root = query_type(schema)
    seen.top_level = [f.name.value for f, _ in walker.fields(operation, root)]
    walker.walk(operation, root, depth=-1, in_list=False)
    return seen


class _Walker:
    """Goes through a query and notes where its connections stand."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema, seen: _Seen) -> None:
        self._schema = schema
        self._seen = seen
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def walk(
        self,
        node: OperationDefinitionNode | FieldNode,
        parent: Composite,
        *,
        depth: int,
        in_list: bool,
    ) -> bool:
        """Walk one selection; true when a connection hangs below it without another between."""
        nested = False
        for child, owner in self.fields(node, parent):
            if child.selection_set is None:
                continue
            output = owner.fields[child.name.value].type
            below = get_named_type(output)
            if not isinstance(below, Composite):
                continue
            if below.name.endswith("Connection"):
                nested = True
                self._connection(child, below, depth=depth + 1, in_list=in_list)
            else:
                listed = in_list or _is_list(output)
                nested |= self.walk(child, below, depth=depth, in_list=listed)
        return nested

    def _connection(self, node: FieldNode, kind: Composite, *, depth: int, in_list: bool) -> None:
        seen, name = self._seen, node.name.value
        seen.connections += 1
        seen.depth = max(seen.depth, depth)
        seen.in_list |= in_list
        for child, _ in self.fields(node, kind):
            if child.name.value == "nodes":
                seen.by_nodes.append(name)
            if child.name.value != "edges":
                continue
            edge = composite(get_named_type(kind.fields["edges"].type))
            for inner, _ in self.fields(child, edge):
                below = get_named_type(edge.fields[inner.name.value].type)
                if isinstance(below, Composite):
                    self._row(inner, below, name, depth)

    def _row(self, node: FieldNode, kind: Composite, name: str, depth: int) -> None:
        nested = self.walk(node, kind, depth=depth, in_list=False)
        plain = any(f.name.value == "id" and f.alias is None for f, _ in self.fields(node, kind))
        if nested and not plain:
            self._seen.without_id.append(name)

    def fields(
        self, node: OperationDefinitionNode | FieldNode, parent: Composite
    ) -> Iterator[tuple[FieldNode, Composite]]:
        """The fields below a node with the type that owns each, fragments opened."""
        yield from self._open(node.selection_set, parent)

    def _open(
        self, selected: SelectionSetNode | None, parent: Composite
    ) -> Iterator[tuple[FieldNode, Composite]]:
        for node in selected.selections if selected else ():
            if isinstance(node, FieldNode):
                if not node.name.value.startswith("__"):
                    yield node, parent
                continue
            inner = (
                self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            )
            condition = getattr(inner, "type_condition", None)
            owner = composite(self._schema.type_map[condition.name.value] if condition else parent)
            yield from self._open(getattr(inner, "selection_set", None), owner)


def _is_list(output: GraphQLOutputType) -> bool:
    inner = output.of_type if isinstance(output, GraphQLNonNull) else output
    return isinstance(inner, GraphQLList)
