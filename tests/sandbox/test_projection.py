"""A compiled selection reads documents as GraphQL would."""

from typing import Any

from graphql import OperationDefinitionNode, build_schema, parse

from sandbox.bulk.projection import Compiler, rows

SCHEMA = build_schema("""
type Query { shelf: Shelf }
interface Item { id: ID! name: String }
type Book implements Item { id: ID! name: String pages: Int author: Author }
type Film implements Item { id: ID! name: String minutes: Int }
type Author { id: ID! name: String }
type Shelf { id: ID! label: String items: ItemConnection authors: [Author!]! }
type ItemConnection { edges: [ItemEdge!]! }
type ItemEdge { node: Item! }
""")
AUTHOR = {"id": "a1", "name": "Ada"}
SHELF: dict[str, Any] = {
    "id": "s1",
    "label": "A/B",
    "authors": [AUTHOR, {"id": "a2", "name": None}],
    "items": [
        {"__typename": "Book", "id": "b1", "name": "One", "pages": 9, "author": AUTHOR},
        {"__typename": "Film", "id": "f1", "name": "Two", "minutes": 90},
    ],
}


def projected(selection: str) -> list[dict[str, Any]]:
    document = parse(selection)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    compiler = Compiler(SCHEMA, document)
    compiled = compiler.selection("Shelf", [operation.selection_set])
    return list(rows(SHELF, compiled, lambda value: value))


def test_a_row_has_what_was_asked_in_the_order_asked() -> None:
    (row,) = projected("{ label id }")
    assert list(row.items()) == [("label", "A/B"), ("id", "s1")]


def test_an_alias_names_the_column() -> None:
    assert projected("{ title: label }") == [{"title": "A/B"}]


def test_a_typename_is_known_without_the_document_saying_it() -> None:
    assert projected("{ __typename kind: __typename }") == [
        {"__typename": "Shelf", "kind": "Shelf"}
    ]


def test_a_list_stays_inside_its_row() -> None:
    assert projected("{ authors { name } }") == [{"authors": [{"name": "Ada"}, {"name": None}]}]


def test_a_connection_becomes_rows_with_their_parent() -> None:
    found = projected("{ id items { edges { node { id } } } }")
    assert found == [
        {"id": "s1"},
        {"id": "b1", "__parentId": "s1"},
        {"id": "f1", "__parentId": "s1"},
    ]


def test_a_fragment_applies_to_its_type_only() -> None:
    query = """{ items { edges { node { __typename ... on Book { pages author { name } }
      ... on Film { minutes } ... on Item { name } } } } }"""
    _, book, film = projected(query)
    assert book == {
        "__typename": "Book",
        "pages": 9,
        "author": {"name": "Ada"},
        "name": "One",
        "__parentId": "s1",
    }
    assert film == {"__typename": "Film", "minutes": 90, "name": "Two", "__parentId": "s1"}


def test_a_named_fragment_and_repeated_fields_are_merged() -> None:
    query = """query { items { edges { node { ...Named ...Named ... on Book { author { id } }
      ... on Book { author { name } } } } } } fragment Named on Item { name }"""
    _, book, film = projected(query)
    assert book == {"name": "One", "author": AUTHOR, "__parentId": "s1"}
    assert film == {"name": "Two", "__parentId": "s1"}
