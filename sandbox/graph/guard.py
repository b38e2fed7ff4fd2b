"""Denies the fields for which the app lacks a scope, in single queries and in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

from sandbox.documents.parts import Json
from sandbox.graph.context import Context
from sandbox.platform.access import Denial, Place, denied
from sandbox.platform.installation import Installation

_DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"
Guard = Callable[..., Any]


def refusal(denial: Denial) -> GraphQLError:
    """Shopify's error for a denied field."""
    extensions = {"code": "ACCESS_DENIED", "documentation": _DOCUMENTATION}
    required = {"requiredAccess": denial.required} if denial.required else {}
    return GraphQLError(denial.message, extensions={**extensions, **required})


def _closed(installation: Installation, schema: GraphQLSchema) -> Mapping[Place, Denial]:
    return denied(schema, installation.scopes, installation.customer_data)


def guards(context: Context, schema: GraphQLSchema) -> list[Guard] | None:
    """The middleware that stands before closed fields; none where everything is open."""
    closed = _closed(context.installation, schema)
    if not closed:
        return None

    def guard(resolve: Guard, source: Json, info: GraphQLResolveInfo, **args: Json) -> Json:
        denial = closed.get((info.parent_type.name, info.field_name))
        if denial:
            raise refusal(denial)
        return resolve(source, info, **args)

    return [guard]


def closed_fields(
    document: DocumentNode, installation: Installation, schema: GraphQLSchema
) -> list[str]:
    """The fields of a bulk query that the app may not select: one is enough to fail the run."""
    closed = _closed(installation, schema)
    if not closed:
        return []
    info = TypeInfo(schema)
    found: list[str] = []

    class Closed(Visitor):
        def enter_field(self, node: FieldNode, *_: Json) -> None:
            parent = info.get_parent_type()
            if parent is not None and (parent.name, node.name.value) in closed:
                found.append(f"{parent.name}.{node.name.value}")

    visit(document, TypeInfoVisitor(info, Closed()))
    return found
