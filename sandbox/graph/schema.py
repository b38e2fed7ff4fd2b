"""The schema subset with its root resolvers, and how everything below the roots is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import (
    GraphQLAbstractType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from sandbox.documents.parts import Document, Json
from sandbox.graph.paging import connection
from sandbox.graph.roots import MUTATIONS, QUERIES, Resolver

SDL = Path(__file__).parent.parent / "schema.graphql"


@cache
def schema() -> GraphQLSchema:
    """Built once; a root field without a resolver is a mistake in the subset."""
    built = build_schema(SDL.read_text(encoding="utf-8"))
    _attach(built.query_type, QUERIES)
    _attach(built.mutation_type, MUTATIONS)
    return built


def _attach(root: GraphQLObjectType | None, resolvers: dict[str, Resolver]) -> None:
    fields = root.fields if root else {}
    if fields.keys() != resolvers.keys():
        odd = ", ".join(sorted(fields.keys() ^ resolvers.keys()))
        raise LookupError(f"Root fields and resolvers differ in {odd}; add what is missing.")
    for name, resolver in resolvers.items():
        fields[name].resolve = resolver


def read_field(source: Document, info: GraphQLResolveInfo, **args: Json) -> Json:
    """A document's own value: references followed, lists cut or paged as the type asks."""
    value = source.get(info.field_name)
    if not isinstance(value, list):
        return info.context.resolve(value)
    if is_connection(get_named_type(info.return_type)):
        return connection(value, args, info.context.resolve)
    if args.get("names") is not None:
        value = [item for item in value if item["name"] in args["names"]]
    cut = value if args.get("first") is None else value[: args["first"]]
    return [info.context.resolve(item) for item in cut]


def is_connection(named: GraphQLNamedType) -> bool:
    """Shopify names every connection so, and nothing else."""
    return named.name.endswith("Connection")


def read_type(value: Document, _info: GraphQLResolveInfo, _type: GraphQLAbstractType) -> str:
    """Documents of abstract types say what they are."""
    return str(value["__typename"])
