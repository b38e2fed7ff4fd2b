"""What changes in Shopify's schema between two releases, on wish: fields that go, values that turn.

POST /_sandbox/drift takes `removed` (a list of Type.field, refused as unknown from then on) and
`rewrites` (a list of pairs: one text of every answer and file becomes another). What is not named
is as it was before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

from sandbox.documents.parts import Json
from sandbox.errors import BadParameter
from sandbox.wishes import only

Place = tuple[str, str]


class Drift:
    """The schema as it has become; nothing has changed at first."""

    def __init__(self) -> None:
        self._removed: frozenset[Place] = frozenset()
        self._rewrites: tuple[tuple[bytes, bytes], ...] = ()

    def turn(self, wishes: dict[str, Any], known: GraphQLSchema) -> dict[str, Any]:
        """Take in posted wishes; fields are those of the schema as it was."""
        only(wishes, ("removed", "rewrites"))
        removed = [_place(one, known) for one in _listed(wishes, "removed")]
        rewrites = [_pair(one) for one in _listed(wishes, "rewrites")]
        self._removed, self._rewrites = frozenset(removed), tuple(rewrites)
        return {"removed": [".".join(place) for place in removed], "rewrites": len(rewrites)}

    def rewritten(self, content: bytes) -> bytes:
        """An answer, or a file, as the release of today writes it."""
        for old, new in self._rewrites:
            content = content.replace(old, new)
        return content

    def refusals(self, document: DocumentNode, known: GraphQLSchema) -> list[GraphQLError]:
        """Shopify's errors for the fields of a document that are gone."""
        if not self._removed:
            return []
        gone = (place for place in _selected(document, known) if place in self._removed)
        return [_refusal(*place) for place in dict.fromkeys(gone)]


def _selected(document: DocumentNode, known: GraphQLSchema) -> Iterator[Place]:
    info = TypeInfo(known)
    places: list[Place] = []

    class Selected(Visitor):
        def enter_field(self, node: FieldNode, *_: Json) -> None:
            parent = info.get_parent_type()
            if parent is not None:
                places.append((parent.name, node.name.value))

    visit(document, TypeInfoVisitor(info, Selected()))
    yield from places


def _refusal(type_name: str, field: str) -> GraphQLError:
    return GraphQLError(
        f"Field '{field}' doesn't exist on type '{type_name}'",
        extensions={"code": "undefinedField", "typeName": type_name, "fieldName": field},
    )


def _listed(wishes: dict[str, Any], name: str) -> Iterable[Any]:
    value = wishes.get(name, [])
    if not isinstance(value, list):
        raise BadParameter(f"{name} is {value!r}; give a list.")
    return value


def _place(wish: object, known: GraphQLSchema) -> Place:
    type_name, _, field = str(wish).partition(".")
    found = known.type_map.get(type_name)
    if field not in getattr(found, "fields", {}):
        raise BadParameter(f"removed holds {wish!r}; give fields that there are, as Order.note.")
    return type_name, field


def _pair(wish: object) -> tuple[bytes, bytes]:
    match wish:
        case [str() as old, str() as new] if old:
            return old.encode(), new.encode()
    raise BadParameter(f"rewrites holds {wish!r}; give pairs of texts, the old one not empty.")
