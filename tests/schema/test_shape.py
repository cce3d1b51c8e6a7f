"""What holds for every type of the schema."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_specified_scalar_type,
)
from graphql import build_schema as parse_schema
from graphql.utilities.coerce_input_value import coerce_default_value

from schema.build import build_schema

PAGING = ("first", "after")
OF_PEOPLE = {"Liker": "User", "Reposter": "User"}
"""Items of connections whose edges tell more than those of other pages of the same items."""
BOUNDED = {
    "Query.nodes": 100,  # as many as ids were given, which NODES_MAX bounds
    "Query.peopleYouMayKnow": 50,  # SUGGESTIONS_MAX
    "Suggestion.mutuals": 3,  # NAMED
    "Path.people": 7,  # six steps
    "Post.ancestors": 201,  # ANCESTORS_MAX, the first post, and a hole beside each
    "Post.descendants": 100,  # DESCENDANTS_MAX
    "Post.media": 4,  # MEDIA_MAX
    "Post.mentions": 125,  # in a text of 500 characters, each at least "@abc"
    "PostEdge.hashtags": 3,  # MARKED_MOST
    "TimelinePostAdded.hashtags": 3,  # MARKED_MOST
    "Post.hashtags": 250,  # each at least "#a"
    "Post.links": 50,  # each at least "http://a" and a space
    "RequestUploadPayload.fields": 10,  # those of an S3 POST policy
    "FanoutPlan.tiers": 2,  # the first and the second
    "PostConnection.edges": 100,  # FIRST_MAX
    "UserConnection.edges": 100,  # FIRST_MAX
    "MutedTopicConnection.edges": 100,  # FIRST_MAX
    "Query.bookmarkFolders": 200,  # FOLDERS_MAX
    "RecordViewsPayload.posts": 100,  # VIEWED_MOST
    "Query.followedHashtags": 200,  # FOLLOWED_MOST
    "LikerConnection.edges": 100,  # FIRST_MAX
    "ReposterConnection.edges": 100,  # FIRST_MAX
    "Query.personalTokens": 50,  # TOKENS_MAX
    "PersonalToken.scopes": 4,  # all scopes
    "Query.sessions": 50,  # SESSIONS_MAX
    "Factors.passkeys": 20,  # PASSKEYS_MAX
    "SecondFactor.methods": 3,  # all but the password
    "BeginReauthenticationPayload.methods": 4,  # all methods
    "ConfirmTotpPayload.recoveryCodes": 10,  # COUNT
    "FinishPasskeyRegistrationPayload.recoveryCodes": 10,  # COUNT
    "RenewRecoveryCodesPayload.recoveryCodes": 10,  # COUNT
    "Query.providers": 20,  # MOST of the settings
    "Query.linkedProviders": 20,  # the same, one of each
    "LinkProviderPayload.linkedProviders": 20,  # the same
    "UnlinkProviderPayload.linkedProviders": 20,  # the same
    "RevokeOtherSessionsPayload.revokedSessionIds": 50,  # SESSIONS_MAX
    "ChangePasswordPayload.revokedSessionIds": 50,  # SESSIONS_MAX
    "TokenValidation.scopes": 4,  # all scopes
    "User.pinnedPosts": 3,  # PINNED_MAX
    "PostVersionConnection.edges": 100,  # FIRST_MAX
    "PostVersion.mentions": 125,  # as those of posts
    "PostVersion.hashtags": 250,  # the same
    "PostVersion.links": 50,  # the same
    "AuditEntryConnection.edges": 100,  # FIRST_MAX
    "SignInConnection.edges": 100,  # FIRST_MAX
    "AnalyticsTable.columns": 20,  # those of a question
    "AnalyticsTable.rows": 5_000,  # ROWS_MAX
    "AuditEntry.details": 2,  # two usernames
    "User.roles": 4,  # all roles
    "CypherResult.columns": 5_000,  # TEXT_MAX: each at least a digit and a comma
    "CypherResult.rows": 10_000,  # the setting cypher_rows
    "GrantRolePayload.roles": 4,  # all roles
    "RevokeRolePayload.roles": 4,  # all roles
}
"""Every list that a client can be given, and how long it can be."""


@pytest.fixture(scope="module")
def schema() -> Any:
    return parse_schema(build_schema().as_str())


def ours(schema: Any) -> Iterator[Any]:
    for type_ in schema.type_map.values():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            yield type_


def fields(schema: Any) -> Iterator[tuple[str, GraphQLField]]:
    for type_ in ours(schema):
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field


def described(schema: Any) -> Iterator[tuple[str, str | None]]:
    for type_ in ours(schema):
        yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{type_.name}.{name}", value.description) for name, value in type_.values.items())
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{type_.name}.{name}", field.description) for name, field in type_.fields.items())
    for name, field in fields(schema):
        yield name, field.description
        yield from ((f"{name}({argument})", each.description) for argument, each in field.args.items())


def test_everything_has_a_description(schema):
    assert [name for name, description in described(schema) if not (description or "").strip()] == []


def test_a_description_is_a_sentence(schema):
    wrong = [name for name, text in described(schema) if text and (not text[0].isalnum() or text[-1] not in ".:")]
    assert wrong == []


def test_a_page_takes_first_and_after_with_the_same_defaults(schema):
    pages = {name: field for name, field in fields(schema) if get_named_type(field.type).name.endswith("Connection")}
    for field in pages.values():
        assert [str(field.args[key].type) for key in PAGING] == ["Int", "String"]
        assert [coerce_default_value(field.args[key]) for key in PAGING] == [20, None]
    assert {"Query.homeTimeline", "User.followers"} <= pages.keys()  # they are found by their types
    both = {name for name, field in pages.items() if "last" in field.args}
    assert both == {
        *("User.followers", "User.following", "User.posts", "Post.replies", "Post.quotes", "Post.likers", "Post.reposters"),
        *("Query.bookmarks", "Query.likedPosts", "Query.homeTimeline", "Query.publicTimeline", "Hashtag.posts"),
    }
    assert all([str(pages[name].args[key].type) for key in ("last", "before")] == ["Int", "String"] for name in both)


def test_connections_and_edges_have_the_fields_of_relay(schema):
    connections = [type_ for type_ in ours(schema) if type_.name.endswith("Connection")]
    assert connections
    for connection in connections:
        edge = schema.type_map[connection.name.removesuffix("Connection") + "Edge"]
        assert str(connection.fields["edges"].type) == f"[{edge.name}!]!"
        assert str(connection.fields["pageInfo"].type) == "PageInfo!"
        assert {name: str(field.type) for name, field in edge.fields.items()}["cursor"] == "String!"
        name = connection.name.removesuffix("Connection")
        assert get_named_type(edge.fields["node"].type).name == OF_PEOPLE.get(name, name)


def test_page_info_is_that_of_relay(schema):
    assert {name: str(field.type) for name, field in schema.type_map["PageInfo"].fields.items()} == {
        "hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!", "startCursor": "String", "endCursor": "String"
    }


def test_whatever_has_an_id_is_a_node(schema):
    node = schema.type_map["Node"]
    assert {name: str(field.type) for name, field in node.fields.items()} == {"id": "ID!"}
    with_id = [type_ for type_ in ours(schema) if isinstance(type_, GraphQLObjectType) and "id" in type_.fields]
    assert with_id
    assert all(node in type_.interfaces for type_ in with_id)


def test_nothing_without_an_id_stands_between_a_node_and_what_changes_of_it(schema):
    """A normalised cache can merge only what has an id: pages have rules of their own, and these are written once.

    But for the plan of a post, what it quotes, and what is below it, which change: they are for the page that shows them, and
    read there as a whole.
    """
    objects = [type_ for type_ in ours(schema) if isinstance(type_, GraphQLObjectType)]
    nodes = [type_ for type_ in objects if schema.type_map["Node"] in type_.interfaces]
    reached = {get_named_type(field.type) for node in nodes for field in node.fields.values()}
    without_id = {each.name for each in reached if isinstance(each, GraphQLObjectType) and "id" not in each.fields}
    assert {name for name in without_id if not name.endswith("Connection")} == {
        "Mention", "HashtagUse", "Link", "FanoutPlan", "Descendant", "Quote"
    }


def test_a_mutation_takes_one_input_or_nothing_and_returns_a_payload_of_its_own(schema):
    for name, field in schema.mutation_type.fields.items():
        title = name[0].upper() + name[1:]
        assert {key: str(argument.type) for key, argument in field.args.items()} in ({"input": f"{title}Input!"}, {})
        assert str(field.type) == f"{title}Payload"


def test_a_root_field_that_fails_leaves_the_others_their_answers(schema):
    roots = [schema.query_type, schema.mutation_type]
    fields_of = [(f"{root.name}.{name}", field.type) for root in roots for name, field in root.fields.items()]
    assert [name for name, type_ in fields_of if isinstance(type_, GraphQLNonNull)] == []


def test_no_list_is_without_a_bound(schema):
    lists = {name for name, field in fields(schema) if isinstance(get_nullable_type(field.type), GraphQLList)}
    assert lists == BOUNDED.keys()


def test_items_of_a_list_are_never_null_but_where_they_answer_ids_or_are_holes(schema):
    types = {name: get_nullable_type(field.type) for name, field in fields(schema)}
    items = {name: type_.of_type for name, type_ in types.items() if isinstance(type_, GraphQLList)}
    nullable = {name for name, type_ in items.items() if not isinstance(type_, GraphQLNonNull)}
    assert nullable == {"Query.nodes", "Post.ancestors", "RecordViewsPayload.posts"}


def test_names_are_spelled_as_graphql_spells_them(schema):
    assert all(type_.name[0].isupper() and "_" not in type_.name for type_ in ours(schema))
    assert all(name.split(".")[1][0].islower() and "_" not in name for name, _ in fields(schema))


def test_an_argument_that_names_a_thing_is_an_id(schema):
    arguments = {f"{name}({key})": each.type for name, field in fields(schema) for key, each in field.args.items()}
    inputs = {
        f"{type_.name}.{key}": each.type
        for type_ in ours(schema)
        if isinstance(type_, GraphQLInputObjectType)
        for key, each in type_.fields.items()
    }
    named = {name: type_ for name, type_ in (arguments | inputs).items() if name.rstrip(")").lower().endswith(("id", "ids"))}
    assert named
    assert {str(get_named_type(type_)) for type_ in named.values()} == {"ID"}
