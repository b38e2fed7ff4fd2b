"""The `extensions.cost` of an answer: objects 1, connections 2 and their window, mutations 10."""

from __future__ import annotations

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

BUCKET, RESTORE = 2000, 100


def cost_of(document: DocumentNode, variables: dict[str, Any], name: str | None) -> int:
    """What Shopify would ask for a query before it runs."""
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
            return max(1, _selection(node.selection_set, fragments, variables))
    return 1


def _selection(
    selected: SelectionSetNode | None,
    fragments: dict[str, FragmentDefinitionNode],
    variables: dict[str, Any],
) -> int:
    total = 0
    for node in selected.selections if selected else ():
        if isinstance(node, FieldNode):
            total += _field(node, fragments, variables)
        elif isinstance(node, InlineFragmentNode):
            total += _selection(node.selection_set, fragments, variables)
        elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
            total += _selection(fragments[node.name.value].selection_set, fragments, variables)
    return total


def _field(
    node: FieldNode, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
) -> int:
    if node.selection_set is None or node.name.value in ("pageInfo", "shopMoney"):
        return 0
    inside = _selection(node.selection_set, fragments, variables)
    if node.name.value in ("nodes", "edges", "node", "presentmentMoney") and not node.arguments:
        return inside + (node.name.value == "nodes" or node.name.value == "node")
    window = next((a.value for a in node.arguments if a.name.value in ("first", "last")), None)
    if isinstance(window, IntValueNode):
        return 2 + _steps(int(window.value)) * inside
    if isinstance(window, VariableNode):
        given = variables.get(window.name.value)
        # A window of another type was refused already; what is left to price is none.
        return 2 + _steps(given if isinstance(given, int) else 0) * inside
    return 1 + inside


def _steps(window: int) -> int:
    """Recorded costs grow with a window's magnitude, not with its size."""
    return max(1, (window + 1).bit_length() - 1)


def cost_extension(requested: int, actual: int | None = None) -> dict[str, Any]:
    """The plain figures of an unthrottled shop."""
    spent = requested if actual is None else actual
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": spent,
        "throttleStatus": {
            "maximumAvailable": BUCKET,
            "currentlyAvailable": BUCKET - min(spent, BUCKET // 2),
            "restoreRate": RESTORE,
        },
    }
