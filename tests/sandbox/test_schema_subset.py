"""The schema subset says nothing that Shopify's schema does not say."""

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    print_ast,
    validate_schema,
)

from sandbox.graph.schema import schema

# Long lists of countries and currencies are cut to what the shops use.
CUT = {"CountryCode", "CurrencyCode"}


def own_types() -> list[GraphQLNamedType]:
    return [named for named in schema().type_map.values() if not is_introspection_type(named)]


def test_the_subset_is_a_valid_schema() -> None:
    assert validate_schema(schema()) == []


def test_every_type_is_shopifys_and_of_the_same_kind(real_schema: GraphQLSchema) -> None:
    odd = [
        named.name
        for named in own_types()
        if type(real_schema.type_map.get(named.name)) is not type(named)
    ]
    assert odd == []


def test_every_field_has_shopifys_type_and_nullability(real_schema: GraphQLSchema) -> None:
    odd = []
    for named in own_types():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            real = real_schema.type_map[named.name]
            assert isinstance(real, GraphQLObjectType | GraphQLInterfaceType)
            for name, field in named.fields.items():
                theirs = real.fields.get(name)
                if theirs is None or str(theirs.type) != str(field.type):
                    odd.append(f"{named.name}.{name}: {field.type}")
                elif bool(theirs.deprecation_reason) != bool(field.deprecation_reason):
                    odd.append(f"{named.name}.{name}: deprecation")
    assert odd == []


def test_every_field_takes_shopifys_arguments_with_their_defaults(
    real_schema: GraphQLSchema,
) -> None:
    odd = []
    for named in own_types():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            real = real_schema.type_map[named.name]
            assert isinstance(real, GraphQLObjectType | GraphQLInterfaceType)
            for name, field in named.fields.items():
                theirs = {key: described(arg) for key, arg in real.fields[name].args.items()}
                ours = {key: described(arg) for key, arg in field.args.items()}
                if ours != theirs:
                    odd.append(f"{named.name}.{name}: {ours} is not {theirs}")
    assert odd == []


def described(argument: object) -> str:
    default = getattr(argument.ast_node, "default_value", None)  # type: ignore[attr-defined]
    return f"{argument.type} = {print_ast(default) if default else None}"  # type: ignore[attr-defined]


def test_every_enum_has_shopifys_values(real_schema: GraphQLSchema) -> None:
    odd = []
    for named in own_types():
        if isinstance(named, GraphQLEnumType):
            real = real_schema.type_map[named.name]
            assert isinstance(real, GraphQLEnumType)
            missing = real.values.keys() - named.values.keys()
            invented = named.values.keys() - real.values.keys()
            if invented or (missing and named.name not in CUT):
                odd.append(f"{named.name}: {missing or invented}")
    assert odd == []


def test_types_implement_what_they_implement_at_shopify(real_schema: GraphQLSchema) -> None:
    known = {named.name for named in own_types()}
    odd = []
    for named in own_types():
        if isinstance(named, GraphQLObjectType):
            real = real_schema.type_map[named.name]
            assert isinstance(real, GraphQLObjectType)
            theirs = {interface.name for interface in real.interfaces} & known
            if {interface.name for interface in named.interfaces} != theirs:
                odd.append(f"{named.name}: {theirs}")
    assert odd == []
