"""The points of a query: objects 1, money nothing, connections 2 and their window, mutations 10.

The same walk prices a query before it runs (its windows) and after (what the windows held).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
)

from sandbox.documents.parts import Json

_MONEY = {"shopMoney", "presentmentMoney", "amount", "currencyCode"}
# Stands for the answer while there is none.
_UNASKED = object()


def cost_of(
    document: DocumentNode,
    variables: dict[str, Any],
    name: str | None,
    answer: Json = _UNASKED,
) -> int:
    """What Shopify asks for a query before it runs, or what it took for this answer's data."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    for node in document.definitions:
        chosen = isinstance(node, OperationDefinitionNode) and (
            name is None or (node.name is not None and node.name.value == name)
        )
        if chosen and isinstance(node, OperationDefinitionNode):
            if node.operation is OperationType.MUTATION:
                return 10
            return max(1, _Pricer(fragments, variables).selection(node.selection_set, answer))
    return 1


@dataclass(frozen=True)
class _Pricer:
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]

    def selection(self, selected: SelectionSetNode | None, value: Json) -> int:
        """All fields below; `nodes` and `edges` show the same things, the dearer one counts."""
        total = shown = 0
        for field in self._fields(selected):
            if field.name.value in ("nodes", "edges") and not field.arguments:
                shown = max(shown, self._shown(field, _under(value, field)))
            else:
                total += self._field(field, _under(value, field))
        return total + shown

    def _field(self, field: FieldNode, value: Json) -> int:
        name = field.name.value
        if field.selection_set is None or name == "pageInfo" or self._is_money(field):
            return 0
        if name == "node" and not field.arguments:
            return 1 + self._most(field, value)
        window = next((a.value for a in field.arguments if a.name.value in ("first", "last")), None)
        if value is None and (window or self._is_connection(field)):
            return 2
        if window is None:
            return 1 + self._most(field, value)
        if value is not _UNASKED:
            return 2 + _steps(_held(value)) * self._most(field, value)
        return 2 + _steps(self._size(window)) * self._most(field, value)

    def _is_connection(self, field: FieldNode) -> bool:
        return not self._below(field).isdisjoint(("nodes", "edges"))

    def _is_money(self, field: FieldNode) -> bool:
        """Amounts with their currency, in one currency or two, were free in every recording."""
        return self._below(field) <= _MONEY

    def _below(self, field: FieldNode) -> set[str]:
        return {one.name.value for one in self._fields(field.selection_set)}

    def _size(self, window: Json) -> int:
        if isinstance(window, IntValueNode):
            return int(window.value)
        given = self.variables.get(window.name.value) if isinstance(window, VariableNode) else 0
        # A window of another type is refused by and by; what is left to price is none.
        return given if isinstance(given, int) else 0

    def _shown(self, field: FieldNode, value: Json) -> int:
        return self._most(field, value) + (field.name.value == "nodes")

    def _most(self, field: FieldNode, value: Json) -> int:
        """The price below a field; of the dearest item, where it is a list."""
        if value is None:
            return 0
        items = value if isinstance(value, list) else [value]
        return max((self.selection(field.selection_set, item) for item in items), default=0)

    def _fields(self, selected: SelectionSetNode | None) -> Iterable[FieldNode]:
        for node in selected.selections if selected else ():
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in self.fragments:
                yield from self._fields(self.fragments[node.name.value].selection_set)


def _under(value: Json, field: FieldNode) -> Json:
    if not isinstance(value, dict):
        return value
    return value.get(field.alias.value if field.alias else field.name.value)


def _held(value: Json) -> int:
    """How many things a window held: of a connection, or of a plain list."""
    if isinstance(value, list):
        return len(value)
    lists = (value.get("nodes"), value.get("edges"))
    return max((len(items) for items in lists if items), default=0)


def _steps(window: int) -> int:
    """Recorded costs grow with a window's magnitude, not with its size."""
    return max(1, (window + 1).bit_length() - 1)


def cost_extension(requested: int, actual: int | None, status: dict[str, int]) -> dict[str, Any]:
    """Shopify's `extensions.cost`; a throttled query has no actual cost."""
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": status,
    }
