"""Runs one GraphQL request against a shop and shapes the answer as Shopify does."""

from __future__ import annotations

from typing import Any

from graphql import ExecutionResult, GraphQLError, execute_sync, parse, validate

from sandbox.documents.parts import Json
from sandbox.graph.context import Context
from sandbox.graph.cost import cost_extension, cost_of
from sandbox.graph.schema import read_field, read_type, schema

Answer = dict[str, Any]


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
    invalid = validate(schema(), document)
    if invalid:
        return {"errors": [error.formatted for error in invalid]}
    result = execute_sync(
        schema(),
        document,
        context_value=context,
        variable_values=variables,
        operation_name=payload.get("operationName"),
        field_resolver=read_field,
        type_resolver=read_type,
    )
    cost = cost_of(document, variables, payload.get("operationName"))
    return _shaped(result, cost, context.search)


def _shaped(result: ExecutionResult, cost: int, search: list[dict[str, Any]]) -> Answer:
    answer: Answer = {}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    answer["data"] = result.data
    answer["extensions"] = {"cost": cost_extension(cost)}
    if search:
        answer["extensions"]["search"] = search
    return answer
