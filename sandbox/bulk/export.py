"""Runs a checked bulk query over a shop's documents and writes the JSONL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
from graphql import FieldNode, get_argument_values, get_named_type

from sandbox.bulk.operation import BulkOperation
from sandbox.bulk.projection import Compiler, Row, rows
from sandbox.bulk.rules import checked
from sandbox.dice import dice
from sandbox.documents.parts import Ref
from sandbox.graph.context import Context
from sandbox.graph.filters import FIELDS
from sandbox.graph.roots import found
from sandbox.graph.schema import schema
from sandbox.graph.types import query_type

Progress = Callable[[int, int], None]


def export(operation: BulkOperation, context: Context, progress: Progress) -> bytes:
    """The whole file. Ungrouped rows lie in any order, the same for the same run."""
    lines: list[bytes] = []
    roots = nested = 0
    for row in _all_rows(operation, context):
        nested += "__parentId" in row
        roots += "__parentId" not in row
        # Shopify escapes every slash.
        lines.append(orjson.dumps(row).replace(b"/", b"\\/"))
        if not len(lines) % 500:
            progress(len(lines), roots)
    if nested and not operation.group_objects:
        dice(context.world.seed, operation.number).shuffle(lines)
    progress(len(lines), roots)
    return b"\n".join(lines) + b"\n" if lines else b""


def _all_rows(operation: BulkOperation, context: Context) -> Iterator[Row]:
    document, parsed = checked(operation.query, schema())
    query = query_type(schema())
    compiler = Compiler(schema(), document)
    for node in parsed.selection_set.selections:
        if not isinstance(node, FieldNode) or node.selection_set is None:
            continue
        definition = query.fields[node.name.value]
        named = get_named_type(definition.type)
        if not named.name.endswith("Connection"):
            continue
        kind, below = compiler.node_of(named, [node.selection_set])
        selection = compiler.selection(kind.name, below)
        args: dict[str, Any] = get_argument_values(definition, node, {})
        for ref in _things(context, kind.name, args):
            thing = context.resolve(ref)
            if thing is not None:
                yield from rows(thing, selection, context.resolve)


def _things(context: Context, kind: str, args: dict[str, Any]) -> list[Ref]:
    if kind not in FIELDS:
        return []
    things = found(context, kind, args, [])
    return things[::-1] if args.get("reverse") else things
