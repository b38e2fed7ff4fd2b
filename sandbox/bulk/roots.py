"""Root fields of bulk operations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from sandbox.bulk.operation import BulkOperation
from sandbox.documents.parts import Document, Json
from sandbox.graph.context import Context
from sandbox.graph.paging import bad_request, connection
from sandbox.graph.search import InvalidTimestamp, Searchable, parse_search

_STATUSES = ("canceled", "canceling", "completed", "created", "failed", "running")
_FIELDS = {
    "id": Searchable(lambda op: op.number, "id"),
    "created_at": Searchable(lambda op: op.created_at, "time"),
    "status": Searchable(lambda op: op.status, accepted=_STATUSES),
    "operation_type": Searchable(lambda _: "query", accepted=("query", "mutation")),
}


def _shown(operation: BulkOperation, context: Context) -> Document:
    domain = context.shop.profile.domain
    return operation.document(f"{context.base_url}/{domain}/_bulk/{operation.number}.jsonl")


def _bulk_operation(_: object, info: GraphQLResolveInfo, id: str) -> Document | None:
    context: Context = info.context
    number = _number(id)
    operation = context.bulk.operations.get(number)
    return _shown(operation, context) if operation else None


def _number(gid: str) -> int:
    match = re.fullmatch(r"gid://shopify/(\w+)/(\d+)", gid)
    if match is None:
        raise GraphQLError(
            f"Invalid global id '{gid}'",
            extensions={"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"},
        )
    if match[1] != "BulkOperation":
        raise GraphQLError(f"Invalid id: {gid}", extensions={"code": "RESOURCE_NOT_FOUND"})
    return int(match[2])


def _bulk_operations(_: object, info: GraphQLResolveInfo, **args: Json) -> Document:
    context: Context = info.context
    try:
        search = parse_search(args.get("query"), _FIELDS, context.world.moment())
    except InvalidTimestamp as refused:
        raise bad_request(str(refused)) from None
    if search.warnings:
        path = info.path.as_list()
        context.search.append({"path": path, "query": args["query"], "warnings": search.warnings})
    matching = [op for op in context.bulk.operations.values() if search.matches(op)]
    return connection(matching, args, lambda op: _shown(op, context), lambda op: [op.number])


def _run_query(_: object, info: GraphQLResolveInfo, query: str, **args: Json) -> Document:
    context: Context = info.context
    grouped = bool(args.get("groupObjects"))
    operation, errors = context.bulk.submit(query, group_objects=grouped, context=context)
    shown = operation and {**_shown(operation, context), "status": "CREATED"}
    return {"bulkOperation": shown, "userErrors": errors}


def _cancel(_: object, info: GraphQLResolveInfo, id: str) -> Document:
    context: Context = info.context
    operation, errors = context.bulk.cancel(_number(id))
    shown = _shown(operation, context) if operation else None
    return {"bulkOperation": shown, "userErrors": errors}


BULK_QUERIES: dict[str, Callable[..., Any]] = {
    "bulkOperation": _bulk_operation,
    "bulkOperations": _bulk_operations,
}
BULK_MUTATIONS: dict[str, Callable[..., Any]] = {
    "bulkOperationRunQuery": _run_query,
    "bulkOperationCancel": _cancel,
}
