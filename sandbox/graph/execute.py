"""Runs one GraphQL request against a shop and shapes the answer as Shopify does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, execute_sync, parse, validate

from sandbox.documents.parts import Json
from sandbox.graph.context import Context
from sandbox.graph.cost import cost_extension, cost_of
from sandbox.graph.guard import guards
from sandbox.graph.literals import wrong_literals
from sandbox.graph.schema import read_field, read_type, schema
from sandbox.platform.bucket import DEAREST_QUERY

Answer = dict[str, Any]
_LIMITS = "https://shopify.dev/api/usage/rate-limits"


@dataclass(frozen=True)
class _Asked:
    document: DocumentNode
    variables: dict[str, Any]
    name: str | None

    def cost(self, *answer: Json) -> int:
        return cost_of(self.document, self.variables, self.name, *answer)


def run(context: Context, payload: Json) -> Answer:
    """The answer to a posted body; whatever is wrong with it is an `errors` list, status 200."""
    if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
        return {"errors": [{"message": "Required parameter missing or invalid: query"}]}
    variables = payload.get("variables") or {}
    if not isinstance(variables, dict):
        return {"errors": [{"message": "Variables are invalid: an object is expected"}]}
    try:
        document = parse(payload["query"])
    except GraphQLError as refused:
        return {"errors": [refused.formatted]}
    invalid = (
        wrong_literals(document, schema())
        or validate(schema(), document)
        or context.drift.refusals(document, schema())
    )
    if invalid:
        return {"errors": [error.formatted for error in invalid]}
    return _costed(context, _Asked(document, variables, payload.get("operationName")))


def _costed(context: Context, asked: _Asked) -> Answer:
    """Answer for points: the requested ones are taken first, the unused ones given back."""
    bucket, requested = context.installation.bucket, asked.cost()
    if requested > DEAREST_QUERY:
        return {"errors": [_too_dear(requested)]}
    if not bucket.take(requested):
        throttled = cost_extension(requested, None, bucket.status())
        return {"errors": [_THROTTLED], "extensions": {"cost": throttled}}
    result = execute_sync(
        schema(),
        asked.document,
        context_value=context,
        variable_values=asked.variables,
        operation_name=asked.name,
        field_resolver=read_field,
        type_resolver=read_type,
        middleware=guards(context, schema()),
    )
    actual = min(requested, asked.cost(result.data))
    bucket.give_back(requested - actual)
    return _shaped(result, cost_extension(requested, actual, bucket.status()), context.search)


def _shaped(result: ExecutionResult, cost: Answer, search: list[dict[str, Any]]) -> Answer:
    answer: Answer = {}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    answer["data"] = result.data
    answer["extensions"] = {"cost": cost}
    if search:
        answer["extensions"]["search"] = search
    return answer


_THROTTLED: Answer = {
    "message": "Throttled",
    "extensions": {"code": "THROTTLED", "documentation": _LIMITS},
}


def _too_dear(cost: int) -> Answer:
    return {
        "message": (
            f"Query cost is {cost}, which exceeds the single query max cost limit "
            f"({DEAREST_QUERY}).\n\nSee {_LIMITS} for more information on how the\ncost of a "
            "query is calculated.\n\nTo query larger amounts of data with fewer limits, bulk "
            "operations should be used instead.\n"
        ),
        "extensions": {
            "code": "MAX_COST_EXCEEDED",
            "cost": cost,
            "maxCost": DEAREST_QUERY,
            "documentation": _LIMITS,
        },
    }
