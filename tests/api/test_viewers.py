"""What needs a viewer says so, before it looks at anything else."""

import pytest

from tests.api.product import Person

NONSENSE = "nonsense"
NEEDS = {
    "updateProfile": ("UpdateProfileInput!", {"avatarId": NONSENSE}),
    "follow": ("FollowInput!", {"userId": NONSENSE}),
    "unfollow": ("UnfollowInput!", {"userId": NONSENSE}),
    "removeFollower": ("RemoveFollowerInput!", {"userId": NONSENSE}),
    "cancelFollowRequest": ("CancelFollowRequestInput!", {"userId": NONSENSE}),
    "acceptFollowRequest": ("AcceptFollowRequestInput!", {"userId": NONSENSE}),
    "refuseFollowRequest": ("RefuseFollowRequestInput!", {"userId": NONSENSE}),
    "block": ("BlockInput!", {"userId": NONSENSE}),
    "unblock": ("UnblockInput!", {"userId": NONSENSE}),
    "mute": ("MuteInput!", {"userId": NONSENSE}),
    "unmute": ("UnmuteInput!", {"userId": NONSENSE}),
    "muteTopic": ("MuteTopicInput!", {"kind": "WORD", "value": ""}),
    "unmuteTopic": ("UnmuteTopicInput!", {"topicId": NONSENSE}),
    "addCloseFriend": ("AddCloseFriendInput!", {"userId": NONSENSE}),
    "removeCloseFriend": ("RemoveCloseFriendInput!", {"userId": NONSENSE}),
    "setPostAudience": ("SetPostAudienceInput!", {"postId": NONSENSE}),
    "updatePrivacy": ("UpdatePrivacyInput!", {"private": True}),
    "deactivateAccount": ("DeactivateAccountInput!", {"password": NONSENSE}),
    "createPost": ("CreatePostInput!", {"text": "", "replyToId": NONSENSE}),
    "deletePost": ("DeletePostInput!", {"postId": NONSENSE}),
    "likePost": ("LikePostInput!", {"postId": NONSENSE}),
    "unlikePost": ("UnlikePostInput!", {"postId": NONSENSE}),
    "requestUpload": ("RequestUploadInput!", {"contentType": NONSENSE, "size": 0}),
    "completeUpload": ("CompleteUploadInput!", {"mediaId": NONSENSE}),
}
OPEN = {"signUp", "logIn"}


def mutation(name: str) -> str:
    return f"mutation ($input: {NEEDS[name][0]}) {{ {name}(input: $input) {{ __typename }} }}"


async def test_every_mutation_is_named_here(product):
    found = await product.run("{ __schema { mutationType { fields { name } } } }")
    assert {field["name"] for field in found["__schema"]["mutationType"]["fields"]} == NEEDS.keys() | OPEN


@pytest.mark.parametrize("name", NEEDS)
async def test_a_mutation_needs_a_viewer(product, name):
    answer = await product.ask(mutation(name), input=NEEDS[name][1])
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
