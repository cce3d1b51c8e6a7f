"""What clients see of a write whose answer was lost, or whose result cannot be read any more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from errors import Unavailable
from graph.driver import Graph
from graph.rows.roles import AccountRole
from schema.build import build_schema
from tests.api.losing import LosingAnswers
from tests.api.product import PASSWORD, Person, Product
from tests.api.programs import program_of
from tests.api.relationships import choose, done
from tests.api.test_bookmark_folders import folder
from tests.api.test_idempotency import MUTE
from tests.api.test_pictures import photo, requested, sent
from tests.api.test_sessions import of_sessions, signed_in
from web.execution import core_schema


@dataclass(frozen=True, slots=True)
class World:
    """mira, who is private, an administrator, and writes; jo2 and kim, who ask to follow her, kim private and asked by her; and
    things of hers.
    """

    mira: Person
    jo: Person
    kim: Person
    post: str
    quote: str
    reply: str
    topic: str
    picture: str
    token: str
    refresh: str
    session: str
    cursor: str
    folder: str


HOME = "{ homeTimeline(first: 1) { edges { cursor } } }"
Input: TypeAlias = Callable[[World], dict[str, Any]]


async def world_of(product: Product) -> World:
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    for each in (mira, kim):
        await choose(product, each, private=True)
    for asker, asked in ((jo, mira), (kim, mira), (mira, kim)):
        await done(product, "follow", asker, asked)
    topic = (await product.run(MUTE, mira, input={"kind": "WORD", "value": "rain"}))["muteTopic"]["topic"]["id"]
    upload = await requested(product, mira, photo())
    assert (await sent(upload, photo())).is_success
    await product.served.parts.accounts.roles.grant_by_operator("mira", AccountRole.ADMINISTRATOR, "She writes.")
    _, token = await program_of(product, mira, "READ")
    made = await folder(product, mira, "Rain")
    device, other = await signed_in(product), await signed_in(product)
    (session,) = [each["id"] for each in await of_sessions(product, other.person) if each["isCurrent"]]
    post = await product.post(mira)
    (edge,) = (await product.run(HOME, mira))["homeTimeline"]["edges"]
    quote = await product.post(mira, quoteOfId=post)
    reply = await product.post(mira, replyToId=post)
    posts = post, quote, reply
    picture = upload["picture"]["id"]
    return World(mira, jo, kim, *posts, topic, picture, token, device.refresh, session, edge["cursor"], made)


def to_jo(world: World) -> dict[str, Any]:
    return {"userId": world.jo.id}


def to_kim(world: World) -> dict[str, Any]:
    return {"userId": world.kim.id}


def judges_jo(**given: Any) -> Input:
    return lambda world: {**to_jo(world), "reason": "It was asked for.", **given}


def the_post(world: World) -> dict[str, Any]:
    return {"postId": world.post}


def of(**given: Any) -> Input:
    return lambda _: given


WRITES: Mapping[str, Input] = {
    "signUp": of(username="lee", email="lee@example.org", password=PASSWORD),
    "updateProfile": of(bio="Birds."),
    "changeUsername": of(username="mira_lund"),
    "changePassword": of(currentPassword=PASSWORD, newPassword=PASSWORD),  # whose hash is another one
    "acceptFollowRequest": to_jo,
    "removeFollower": to_jo,
    "refuseFollowRequest": to_kim,
    "cancelFollowRequest": to_kim,
    "follow": to_jo,
    "unfollow": to_jo,
    "addCloseFriend": to_jo,
    "removeCloseFriend": to_jo,
    "mute": to_jo,
    "unmute": to_jo,
    "block": to_jo,
    "unblock": to_jo,
    "muteTopic": of(kind="WORD", value="snow"),
    "unmuteTopic": lambda world: {"topicId": world.topic},
    "createPost": of(text="Hello again."),
    "likePost": the_post,
    "unlikePost": the_post,
    "bookmarkPost": the_post,
    "createBookmarkFolder": of(name="Snow"),
    "renameBookmarkFolder": lambda world: {"folderId": world.folder, "name": "Sun"},
    "moveBookmark": lambda world: {**the_post(world), "folderId": world.folder},
    "deleteBookmarkFolder": lambda world: {"folderId": world.folder},
    "removeBookmark": the_post,
    "detachQuote": lambda world: {"postId": world.quote},
    "reattachQuote": lambda world: {"postId": world.quote},
    "hideReply": lambda world: {"postId": world.reply},
    "showReply": lambda world: {"postId": world.reply},
    "followHashtag": of(name="birds"),
    "unfollowHashtag": of(name="birds"),
    "repost": the_post,
    "undoRepost": the_post,
    "setPostAudience": lambda world: {"postId": world.post, "audience": "FOLLOWERS"},
    "editPost": lambda world: {"postId": world.post, "text": "Hello once more."},
    "pinPost": the_post,
    "unpinPost": the_post,
    "deletePost": the_post,
    "requestUpload": of(contentType="image/jpeg", size=1_000),
    "completeUpload": lambda world: {"mediaId": world.picture},
    "grantRole": judges_jo(role="MODERATOR"),
    "revokeRole": judges_jo(role="MODERATOR"),
    "verifyUser": judges_jo(),
    "unverifyUser": judges_jo(),
    "signUserOut": judges_jo(),
    "createPersonalToken": of(name="sync", scopes=["READ"]),
    "revokePersonalToken": lambda world: {"tokenId": world.token},
    "updatePrivacy": of(private=False),
    "deactivateAccount": of(password=PASSWORD),
    "logIn": of(login="mira_lund", password=PASSWORD),  # which brings back who left
}
"""Every mutation of the graph, with the input by which mira changes something after those before it."""
REDIS_ONLY: Mapping[str, Input] = {
    "refreshTimeline": of(),
    "recordViews": lambda world: {"postIds": [world.post]},
    "saveReadingPosition": lambda world: {"feed": "HOME", "cursor": world.cursor},
    "validateToken": of(token="nonsense"),
    "refreshSession": lambda world: {"refreshToken": world.refresh},
    "logOut": lambda world: {"refreshToken": world.refresh},
    "revokeSession": lambda world: {"sessionId": world.session},
    "revokeOtherSessions": of(),
    "reauthenticate": of(password=PASSWORD),
}
"""Mutations that change nothing of the graph, so no commit of theirs can be uncertain."""
BY_MAIL = {"requestEmailVerification", "verifyEmail", "changeEmail", "requestPasswordReset", "resetPassword"}
"""Mutations that have a mail sent, or take what stands in one alone: this server sends none. `tests/mail` tries them."""

BY_FACTOR = {
    "enrolTotp", "confirmTotp", "renewRecoveryCodes", "removeTotp", "beginPasskeyRegistration", "finishPasskeyRegistration",
    "renamePasskey", "removePasskey", "beginPasskeyLogIn", "logInWithPasskey", "completeLogIn", "beginReauthentication",
}
"""Mutations of second factors, each of which needs the one before: `test_factor_outcomes.py` tries them."""

BY_PROVIDER = {
    "logInWithProvider", "signUpWithProvider", "beginProviderLink", "linkProvider", "unlinkProvider",
    "reauthenticateWithProvider",
}
"""Mutations that take what a provider has said: `tests/providers` tries them."""


def test_every_mutation_has_a_case() -> None:
    mutation = core_schema(build_schema()).mutation_type
    assert mutation is not None
    assert {*WRITES, *REDIS_ONLY, *BY_MAIL, *BY_FACTOR, *BY_PROVIDER} == set(mutation.fields)


async def test_every_write_whose_answer_is_lost_says_that_its_outcome_is_unknown(product):
    world = await world_of(product)
    losing = LosingAnswers(product)
    for name, given in REDIS_ONLY.items():
        assert (name, await losing.code_of(world.mira, name, given(world)), losing.lost) == (name, None, 0)
    for name, given in WRITES.items():
        await losing.check_unknown(world.mira, name, given(world))


FOLLOWERS = """mutation ($input: LikePostInput!) {
  likePost(input: $input) { post { author { followers { edges { cursor } } } } } }"""


async def test_a_write_that_is_done_and_cannot_be_shown_does_not_read_as_failed(product, monkeypatch):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    write = Graph.write

    async def lost(*_, **__):
        raise Unavailable

    async def then_lost(graph, *names, **params):
        written = await write(graph, *names, **params)
        monkeypatch.setattr(Graph, "read", lost)
        return written

    monkeypatch.setattr(Graph, "write", then_lost)
    answer = await product.ask(FOLLOWERS, mira, input={"postId": post})
    monkeypatch.undo()
    assert (answer.data, answer.code) == ({"likePost": None}, "OUTCOME_UNKNOWN")
    assert len(answer.errors[0]["path"]) > 1
    assert await product.cypher("MATCH ()-[l:LIKED]->() RETURN count(l)") == 1
