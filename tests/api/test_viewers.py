"""What needs a viewer says so, before it looks at anything else."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
)

from schema.build import build_schema
from tests.api.product import PASSWORD, Person

NONSENSE = "nonsense"
OF_TYPE: Mapping[str, object] = {"ID": NONSENSE, "String": NONSENSE, "Int": 0, "Boolean": True}
PUBLIC = {
    "signUp", "logIn", "completeLogIn", "beginPasskeyLogIn", "logInWithPasskey", "logInWithProvider",
    "signUpWithProvider", "refreshSession", "logOut", "validateToken", "verifyEmail", "requestPasswordReset", "resetPassword",
}


def nonsense(input_: GraphQLInputObjectType) -> dict[str, Any]:
    """Return values for all that is required, and for every id: of the right type, and good for nothing."""
    given: dict[str, Any] = {}
    for name, field in input_.fields.items():
        type_ = get_named_type(field.type)
        if isinstance(type_, GraphQLEnumType):
            value: object = next(iter(type_.values))
        elif type_.name in OF_TYPE:
            value = OF_TYPE[type_.name]
        else:
            continue
        if is_required_input_field(field) or type_.name == "ID":
            given[name] = [value] if is_list_type(get_nullable_type(field.type)) else value
    return given


def inputs() -> Mapping[str, GraphQLInputObjectType | None]:
    """Return the input of each mutation that needs a viewer, None for one that takes nothing."""
    mutations = build_schema()._schema.mutation_type
    assert mutations is not None
    taken = {name: field.args.get("input") for name, field in mutations.fields.items() if name not in PUBLIC}
    return {name: None if argument is None else get_named_type(argument.type) for name, argument in taken.items()}


INPUTS = inputs()


def mutation(name: str) -> str:
    input_ = INPUTS[name]
    if input_ is None:
        return f"mutation {{ {name} {{ __typename }} }}"
    return f"mutation ($input: {input_.name}!) {{ {name}(input: $input) {{ __typename }} }}"


@pytest.mark.parametrize("name", INPUTS)
async def test_a_mutation_needs_a_viewer(product, name):
    input_ = INPUTS[name]
    answer = await product.ask(mutation(name), **({} if input_ is None else {"input": nonsense(input_)}))
    assert (answer.code, answer.data) == ("UNAUTHENTICATED", {name: None})


@pytest.mark.parametrize("query", ["homeTimeline { __typename }", "peopleYouMayKnow { __typename }"])
async def test_a_page_of_ones_own_needs_a_viewer(product, query):
    assert (await product.ask(f"{{ {query} }}")).code == "UNAUTHENTICATED"


async def test_degrees_from_oneself_need_a_viewer(product):
    mira = await product.sign_up("mira")
    assert (await product.ask("query ($to: ID!) { degreesApart(toId: $to) { degrees } }", to=mira.id)).code == "UNAUTHENTICATED"


async def test_a_field_that_fails_leaves_the_others_their_answers(product):
    await product.sign_up("mira")
    answer = await product.ask('{ homeTimeline { __typename } user(username: "mira") { username } }')
    assert answer.data == {"homeTimeline": None, "user": {"username": "mira"}}
    assert [error["path"] for error in answer.errors] == [["homeTimeline"]]


async def test_of_two_mutations_the_one_that_worked_keeps_its_answer(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    answer = await product.ask(
        """mutation ($a: LikePostInput!, $b: LikePostInput!) {
          a: likePost(input: $a) { post { id } }
          b: likePost(input: $b) { __typename }
        }""",
        mira, a={"postId": post}, b={"postId": mira.id},
    )
    assert answer.data == {"a": {"post": {"id": post}}, "b": None}
    assert answer.refusal == ("INVALID_INPUT", "postId")


@pytest.mark.parametrize("name", ["follow", "unfollow", "likePost", "unlikePost", "createPost", "updateProfile"])
async def test_somebody_suspended_is_no_viewer_any_more(product, name):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(jo)
    given = {
        "follow": {"userId": jo.id}, "unfollow": {"userId": jo.id}, "likePost": {"postId": post},
        "unlikePost": {"postId": post}, "createPost": {"text": "Hello."}, "updateProfile": {"bio": "Hello."},
    }
    await product.suspend(mira)
    assert (await product.ask(mutation(name), mira, input=given[name])).code == "UNAUTHENTICATED"


async def test_a_viewer_whose_account_is_gone_is_told_so(product):
    mira, jo = await product.people("mira", "jo2")
    await product.cypher("MATCH (u:User {id: $id}) DETACH DELETE u RETURN 1", id=mira.own_id)
    gone = Person(mira.id, mira.username, mira.token)
    assert (await product.ask(mutation("follow"), gone, input={"userId": jo.id})).code == "UNAUTHENTICATED"
    assert (await product.ask(mutation("createPost"), gone, input={"text": "Hello."})).code == "UNAUTHENTICATED"


async def test_what_is_the_viewers_own_says_so(product):
    mira, jo = await product.people("mira", "jo2")
    own, other = await product.post(mira), await product.post(jo)
    document = """query ($ids: [ID!]!) { nodes(ids: $ids) {
      ... on User { isViewer } ... on Post { viewerIsAuthor author { isViewer } } } }"""
    ids = [mira.id, jo.id, own, other]
    yes, no = {"isViewer": True}, {"isViewer": False}
    assert (await product.run(document, mira, ids=ids))["nodes"] == [
        yes, no, {"viewerIsAuthor": True, "author": yes}, {"viewerIsAuthor": False, "author": no},
    ]
    assert (await product.run(document, None, ids=ids))["nodes"] == [
        no, no, {"viewerIsAuthor": False, "author": no}, {"viewerIsAuthor": False, "author": no},
    ]


async def test_the_viewer_has_one_name_everywhere(product):
    mira = await product.sign_up("mira")
    given = {"login": "mira", "password": PASSWORD}
    log_in = "mutation ($input: LogInInput!) { logIn(input: $input) { session { viewer { id isViewer } } } }"
    assert (await product.run(log_in, input=given))["logIn"]["session"]["viewer"] == {
        "id": mira.id, "isViewer": True,
    }
    update = 'mutation { updateProfile(input: { bio: "Hello." }) { viewer { id isViewer } } }'
    assert (await product.run(update, mira))["updateProfile"]["viewer"] == {"id": mira.id, "isViewer": True}
    assert (await product.run("{ viewer { id isViewer } }", mira))["viewer"] == {"id": mira.id, "isViewer": True}
    assert (await product.run("{ viewer { id } }"))["viewer"] is None
