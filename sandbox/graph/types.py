"""Narrow looks at schema types, where the schema subset already promises what they are."""

from __future__ import annotations

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
)

Composite = GraphQLObjectType | GraphQLInterfaceType


def composite(named: GraphQLNamedType | None) -> Composite:
    """A type with fields."""
    if not isinstance(named, Composite):
        raise TypeError(f"{named} has no fields; correct schema.graphql.")
    return named


def object_type(named: GraphQLNamedType | None) -> GraphQLObjectType:
    """A concrete type with fields."""
    if not isinstance(named, GraphQLObjectType):
        raise TypeError(f"{named} is no object type; correct schema.graphql.")
    return named


def query_type(schema: GraphQLSchema) -> GraphQLObjectType:
    """The root of queries."""
    return object_type(schema.query_type)
