"""Resolvers of the root fields; everything below them is read from documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from sandbox.bulk.roots import BULK_MUTATIONS, BULK_QUERIES
from sandbox.documents.parts import Document, Json, Ref
from sandbox.graph.context import Context
from sandbox.graph.filters import FIELDS, sort_value
from sandbox.graph.guard import refusal
from sandbox.graph.paging import bad_request, connection
from sandbox.graph.search import InvalidTimestamp, parse_search
from sandbox.platform.access import type_denied
from sandbox.platform.roots import APP_MUTATIONS, APP_QUERIES

_GID = re.compile(r"gid://shopify/(\w+)/(\d+)(\?.*)?")
Resolver = Callable[..., Any]


def found(context: Context, kind: str, args: dict[str, Any], path: list[Any]) -> list[Ref]:
    """All references of a kind that a query matches, sorted."""
    fields = FIELDS[kind](context.shop)
    try:
        search = parse_search(args.get("query"), fields, context.world.moment())
    except InvalidTimestamp as refused:
        raise bad_request(str(refused)) from None
    if search.warnings:
        context.search.append(
            {"path": path, "query": args.get("query"), "warnings": search.warnings}
        )
    key = str(args.get("sortKey") or "ID")
    with context.shop.lock:
        matching = [
            ref for ref in context.library.all(kind) if context.sees(ref) and search.matches(ref)
        ]
        return sorted(matching, key=lambda ref: (sort_value(context.shop, ref, key), ref.number))


def _listing(kind: str) -> Resolver:
    def resolve(_: object, info: GraphQLResolveInfo, **args: Json) -> Document:
        context: Context = info.context
        refs = found(context, kind, args, info.path.as_list())
        key = str(args.get("sortKey") or "ID")

        def place(ref: Ref) -> list[Any]:
            return [sort_value(context.shop, ref, key), ref.number]

        with context.shop.lock:
            return connection(refs, args, context.resolve, place)

    return resolve


def _single(kind: str) -> Resolver:
    def resolve(_: object, info: GraphQLResolveInfo, id: str) -> Document | None:
        ref = _ref(id, info)
        found: Document | None = info.context.resolve(ref) if ref.kind == kind else None
        return found

    return resolve


def _node(_: object, info: GraphQLResolveInfo, id: str) -> Json:
    return _looked_up(_ref(id, info), info.context)


def _nodes(_: object, info: GraphQLResolveInfo, ids: list[str]) -> list[Any]:
    if len(ids) > 250:
        raise bad_request(f"The input array size of {len(ids)} is greater than the maximum of 250.")
    return [_looked_up(_ref(id, info), info.context) for id in ids]


def _looked_up(ref: Ref, context: Context) -> Json:
    """A thing by its id alone: what kind it is, only the id says, and so what scope it needs."""
    denial = type_denied(ref.kind, context.installation.scopes)
    if denial:
        raise refusal(denial)
    return context.resolve(ref)


def _ref(gid: str, info: GraphQLResolveInfo) -> Ref:
    match = _GID.fullmatch(gid)
    if match is None:
        raise GraphQLError(
            f"Invalid global id '{gid}'",
            extensions={"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"},
        )
    return Ref(match[1], int(match[2]))


def _count(kind: str) -> Resolver:
    def resolve(_: object, info: GraphQLResolveInfo, **args: Json) -> Document:
        total = len(found(info.context, kind, args, info.path.as_list()))
        return {"count": total, "precision": "EXACT"}

    return resolve


def _shop(_: object, info: GraphQLResolveInfo) -> Document:
    shop: Document = info.context.library.shop()
    return shop


def _collections(_: object, info: GraphQLResolveInfo, **args: Json) -> Document:
    return connection([], args, info.context.resolve)


QUERIES: dict[str, Resolver] = {
    "shop": _shop,
    "order": _single("Order"),
    "orders": _listing("Order"),
    "ordersCount": _count("Order"),
    "customer": _single("Customer"),
    "customers": _listing("Customer"),
    "customersCount": _count("Customer"),
    "product": _single("Product"),
    "products": _listing("Product"),
    "productsCount": _count("Product"),
    "productVariant": _single("ProductVariant"),
    "productVariants": _listing("ProductVariant"),
    "inventoryItem": _single("InventoryItem"),
    "inventoryItems": _listing("InventoryItem"),
    "location": _single("Location"),
    "locations": _listing("Location"),
    "abandonedCheckouts": _listing("AbandonedCheckout"),
    "abandonedCheckoutsCount": _count("AbandonedCheckout"),
    "collections": _collections,
    "node": _node,
    "nodes": _nodes,
    **APP_QUERIES,
    **BULK_QUERIES,
}
MUTATIONS: dict[str, Resolver] = {**APP_MUTATIONS, **BULK_MUTATIONS}
