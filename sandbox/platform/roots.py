"""Root fields of what an app knows of itself: its scopes and its webhook subscriptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from sandbox.documents.parts import Document, Json, instant
from sandbox.graph.context import Context
from sandbox.graph.paging import bad_request, connection
from sandbox.graph.search import InvalidTimestamp, Searchable, parse_search
from sandbox.platform.app import STABLE, VERSIONS
from sandbox.platform.subscriptions import Refused, Subscription
from sandbox.platform.topics import needed_scope

_FIELDS = {
    "id": Searchable(lambda one: one.number, "id"),
    "created_at": Searchable(lambda one: one.created_at, "time"),
    "updated_at": Searchable(lambda one: one.updated_at, "time"),
    "endpoint": Searchable(lambda one: one.uri),
}
_INPUT = {
    "filter": "filter",
    "format": "format",
    "name": "name",
    "includeFields": "include_fields",
    "metafieldNamespaces": "metafield_namespaces",
}

_THEIRS = {ours: theirs for theirs, ours in _INPUT.items()}


def _shown(one: Subscription) -> Document:
    return {
        "__typename": "WebhookSubscription",
        "id": one.id,
        "legacyResourceId": str(one.number),
        "topic": one.topic,
        "uri": one.uri,
        "callbackUrl": one.uri,
        "endpoint": _endpoint(one.uri),
        "format": one.format,
        "filter": one.filter,
        "name": one.name,
        "includeFields": list(one.include_fields),
        "metafieldNamespaces": list(one.metafield_namespaces),
        "createdAt": instant(one.created_at),
        "updatedAt": instant(one.updated_at),
        "apiVersion": _version(STABLE),
    }


def _endpoint(uri: str) -> Document:
    if uri.startswith("pubsub://"):
        project, _, topic = uri.removeprefix("pubsub://").partition(":")
        kind = "WebhookPubSubEndpoint"
        return {"__typename": kind, "pubSubProject": project, "pubSubTopic": topic}
    if uri.startswith("arn:"):
        return {"__typename": "WebhookEventBridgeEndpoint", "arn": uri}
    return {"__typename": "WebhookHttpEndpoint", "callbackUrl": uri}


def _version(handle: str) -> Document:
    latest, candidate = handle == STABLE, handle > STABLE
    words = " (Latest)" if latest else " (Release candidate)" if candidate else ""
    return {"handle": handle, "displayName": handle + words, "supported": not candidate}


def _versions(_: object, info: GraphQLResolveInfo) -> list[Document]:
    return [_version(handle) for handle in VERSIONS]


def _installation(_: object, info: GraphQLResolveInfo) -> Document:
    scopes = [
        {"handle": scope, "description": scope.replace("_", " ")}
        for scope in info.context.installation.scopes
    ]
    return {"id": "gid://shopify/AppInstallation/580111", "accessScopes": scopes}


def _matching(context: Context, args: dict[str, Any], path: list[Any]) -> list[Subscription]:
    try:
        search = parse_search(args.get("query"), _FIELDS, context.world.moment())
    except InvalidTimestamp as refused:
        raise bad_request(str(refused)) from None
    if search.warnings:
        context.search.append({"path": path, "query": args["query"], "warnings": search.warnings})
    topics, uri = args.get("topics"), args.get("uri") or args.get("callbackUrl")
    return [
        one
        for one in context.installation.subscriptions.all()
        if search.matches(one)
        and (not topics or one.topic in topics)
        and (not uri or one.uri == uri)
        and (not args.get("format") or one.format == args["format"])
    ]


def _list(_: object, info: GraphQLResolveInfo, **args: Json) -> Document:
    context: Context = info.context
    found = _matching(context, args, info.path.as_list())
    return connection(found, args, _shown, lambda one: [one.number])


def _count(_: object, info: GraphQLResolveInfo, **args: Json) -> Document:
    found = _matching(info.context, args, info.path.as_list())
    return {"count": len(found), "precision": "EXACT"}


def _one(_: object, info: GraphQLResolveInfo, id: str) -> Document | None:
    found = info.context.installation.subscriptions.find(_number(id))
    return _shown(found) if found else None


def _number(gid: str) -> int:
    match = re.fullmatch(r"gid://shopify/WebhookSubscription/(\d{1,19})", gid)
    if match is None:
        raise GraphQLError(f"Invalid id: {gid}", extensions={"code": "RESOURCE_NOT_FOUND"})
    return int(match[1])


def _wishes(given: dict[str, Any]) -> dict[str, object]:
    wishes = {ours: given[theirs] for theirs, ours in _INPUT.items() if theirs in given}
    for name in ("include_fields", "metafield_namespaces"):
        if name in wishes:
            wishes[name] = tuple(given[_THEIRS[name]] or ())
    if wishes.get("format", "JSON") is None:
        del wishes["format"]
    uri = given.get("uri", given.get("callbackUrl"))
    return wishes if uri is None else {**wishes, "uri": uri}


def _answer(work: Callable[[], Subscription]) -> Document:
    try:
        return {"webhookSubscription": _shown(work()), "userErrors": []}
    except Refused as refused:
        error = {"field": refused.field, "message": refused.message}
        return {"webhookSubscription": None, "userErrors": [error]}


def _create(_: object, info: GraphQLResolveInfo, topic: str, **args: Json) -> Document:
    context: Context = info.context

    def work() -> Subscription:
        lacking = needed_scope(topic, context.installation.scopes)
        if lacking:
            raise Refused(
                ["topic"],
                "You do not have permission to create or update webhooks with "
                f"{topic.lower()} topic. It needs the access scope {lacking}.",
            )
        wishes = _wishes(args["webhookSubscription"])
        moment = context.world.moment()
        return context.installation.subscriptions.create(topic, moment, wishes)

    return _answer(work)


def _update(_: object, info: GraphQLResolveInfo, id: str, **args: Json) -> Document:
    context: Context = info.context
    wishes = _wishes(args["webhookSubscription"])
    moment = context.world.moment()
    kept = context.installation.subscriptions
    return _answer(lambda: kept.update(_number(id), moment, wishes))


def _delete(_: object, info: GraphQLResolveInfo, id: str) -> Document:
    if info.context.installation.subscriptions.delete(_number(id)):
        return {"deletedWebhookSubscriptionId": id, "userErrors": []}
    error = {"field": ["id"], "message": "Webhook subscription does not exist"}
    return {"deletedWebhookSubscriptionId": None, "userErrors": [error]}


APP_QUERIES: dict[str, Callable[..., Any]] = {
    "currentAppInstallation": _installation,
    "publicApiVersions": _versions,
    "webhookSubscription": _one,
    "webhookSubscriptions": _list,
    "webhookSubscriptionsCount": _count,
}
APP_MUTATIONS: dict[str, Callable[..., Any]] = {
    "webhookSubscriptionCreate": _create,
    "webhookSubscriptionUpdate": _update,
    "webhookSubscriptionDelete": _delete,
}
