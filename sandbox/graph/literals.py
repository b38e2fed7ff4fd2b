"""Arguments written into a query that cannot be: refused before it runs, in Shopify's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphql import (
    ArgumentNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    visit,
)

from sandbox.documents.parts import Json

_GID = re.compile(r"gid://shopify/\w+/.+")


def wrong_literals(document: DocumentNode, schema: GraphQLSchema) -> list[GraphQLError]:
    """What is wrong with the ids and enumeration values of a document."""
    info = TypeInfo(schema)
    seen = _Seen(info)
    visit(document, TypeInfoVisitor(info, seen))
    return seen.errors


class _Seen(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.errors: list[GraphQLError] = []

    def enter_argument(
        self, node: ArgumentNode, _key: Json, _parent: Json, _path: Json, above: Sequence[Json]
    ) -> None:
        argument = self._info.get_argument()
        field = above[-1] if not isinstance(above[-1], Sequence) else above[-2]
        if argument is None or not isinstance(field, FieldNode):
            return
        kind, path = get_named_type(argument.type), [*_names(above), node.name.value]
        value = node.value
        if isinstance(value, EnumValueNode) and isinstance(kind, GraphQLEnumType):
            if value.value not in kind.values:
                self.errors.append(_enumeration(node, field, value.value, kind.name, path))
        elif kind.name == "ID" and isinstance(value, StringValueNode) and _is_none(value):
            self.errors.append(_id(field, value.value, path))


def _is_none(value: StringValueNode) -> bool:
    return _GID.fullmatch(value.value) is None


def _names(above: Sequence[Json]) -> list[str]:
    """Where an argument stands: the operation, then the fields down to it."""
    names: list[str] = []
    for node in above:
        if isinstance(node, OperationDefinitionNode):
            own = f" {node.name.value}" if node.name else ""
            names.append(f"{node.operation.value}{own}")
        elif isinstance(node, FragmentDefinitionNode):
            names.append(f"fragment {node.name.value}")
        elif isinstance(node, FieldNode):
            names.append(node.alias.value if node.alias else node.name.value)
    return names


def _enumeration(
    node: ArgumentNode, field: FieldNode, value: str, wanted: str, path: list[str]
) -> GraphQLError:
    return _error(
        f"Argument '{node.name.value}' on Field '{field.name.value}' has an invalid value "
        f"({value}). Expected type '{wanted}'.",
        field,
        path,
        {"typeName": "Field", "argumentName": node.name.value},
    )


def _id(field: FieldNode, value: str, path: list[str]) -> GraphQLError:
    return _error(f"Invalid global id '{value}'", field, path, {"typeName": "CoercionError"})


def _error(message: str, node: Node, path: list[str], more: dict[str, str]) -> GraphQLError:
    code = {"code": "argumentLiteralsIncompatible"}
    return GraphQLError(message, [node], path=path, extensions=code | more)
