"""Who sees a post, who may reply to it, and what changes when that changes."""

import asyncio

import pytest

from errors import NotFound
from tests.api.product import DELETE, LIKE, POST, own_id
from tests.api.relationships import act, choose, done

READ = "query ($id: ID!) { post(id: $id) { audience whoMayReply viewerCanReply } node(id: $id) { id } }"
SET = """mutation ($input: SetPostAudienceInput!) {
  setPostAudience(input: $input) { post { audience whoMayReply viewerCanReply } } }"""
COUNTS = "query ($name: String!) { user(username: $name) { postCount } }"
REPLIES = "query ($id: ID!) { post(id: $id) { replyCount replies { edges { node { id } } } } }"
HOME = "{ homeTimeline { edges { node { id } } } }"
EDGES = """MATCH (a:User {id: $id})
  RETURN [COUNT { (a)-[:POSTED]->() }, COUNT { (a)-[:POSTED_RESTRICTED]->() }, COUNT { (a)-[:DELETED_POST]->() }]"""
PUBLIC = "MATCH (p:Post) WHERE p.authorId = $id AND p.deletedAt IS NULL AND p.audience = 'PUBLIC' RETURN count(p)"
EVERYBODY = ("author", "follower", "friend", "named", "stranger", None)
SEEN_BY: dict[str, set[str | None]] = {
    "PUBLIC": {"author", "follower", "friend", "named", "stranger", None},
    "FOLLOWERS": {"author", "follower", "named"},
    "CLOSE_FRIENDS": {"author", "friend"},
    "MENTIONED": {"author", "named"},
}


@pytest.fixture
async def world(product):
    """An author, one who follows them, a close friend of theirs, one whom they mention, and a stranger."""
    people = dict(zip(EVERYBODY, await product.people("author", "follower", "friend", "named", "stranger"), strict=False))
    await product.follow(people["follower"], people["author"])
    await done(product, "addCloseFriend", people["author"], people["friend"])
    return people


async def seers(product, world, post):
    """Return who sees a post, and check that the others find nothing at all."""
    found = set()
    for name in EVERYBODY:
        answer = await product.run(READ, world.get(name), id=post)
        assert (answer["post"] is None) == (answer["node"] is None)
        if answer["post"]:
            found.add(name)
    return found


async def set_to(product, viewer, post, **given):
    return (await product.run(SET, viewer, input={"postId": post, **given}))["setPostAudience"]["post"]


async def reply(product, viewer, post):
    return await product.ask(POST, viewer, input={"text": "Indeed.", "replyToId": post})


@pytest.mark.parametrize("audience", SEEN_BY)
async def test_an_audience_sees_a_post_and_nobody_else(product, world, audience):
    post = await product.post(world["author"], "Hello @named.", audience=audience)
    assert await seers(product, world, post) == SEEN_BY[audience]


async def test_what_a_private_account_posts_for_everybody_is_for_followers(product, world):
    post = await product.post(world["author"], "Hello @named.")
    await choose(product, world["author"], private=True)
    assert await seers(product, world, post) == SEEN_BY["FOLLOWERS"]
    await choose(product, world["author"], private=False)
    assert await seers(product, world, post) == SEEN_BY["PUBLIC"]


async def test_new_posts_have_the_audience_that_their_author_chose_unless_they_say_another(product, world):
    author = world["author"]
    await choose(product, author, defaultAudience="CLOSE_FRIENDS", defaultReplies="NOBODY")
    usual, other = await product.post(author), await product.post(author, audience="FOLLOWERS", replies="EVERYONE")
    found = [(await product.run(READ, author, id=post))["post"] for post in (usual, other)]
    assert [(each["audience"], each["whoMayReply"]) for each in found] == [
        ("CLOSE_FRIENDS", "NOBODY"), ("FOLLOWERS", "EVERYONE"),
    ]


@pytest.mark.parametrize("was", SEEN_BY)
@pytest.mark.parametrize("audience", SEEN_BY)
async def test_changing_an_audience_holds_at_once(product, world, was, audience):
    post = await product.post(world["author"], "Hello @named.", audience=was)
    assert await seers(product, world, post) == SEEN_BY[was]
    assert (await set_to(product, world["author"], post, audience=audience))["audience"] == audience
    assert await seers(product, world, post) == SEEN_BY[audience]


async def test_narrowing_takes_a_post_from_timelines_profiles_and_conversations(product, world):
    author, follower = world["author"], world["follower"]
    around = await product.post(follower)
    await product.run(HOME, follower)
    post, below = await product.post(author, "On top."), await product.post(author, "Below.", replyToId=around)
    await product.settle()
    assert [edge["node"]["id"] for edge in (await product.run(HOME, follower))["homeTimeline"]["edges"]] == [post, around]
    for each in (post, below):
        await set_to(product, author, each, audience="CLOSE_FRIENDS")
    assert [edge["node"]["id"] for edge in (await product.run(HOME, follower))["homeTimeline"]["edges"]] == [around]
    assert (await product.run(REPLIES, follower, id=around))["post"] == {"replyCount": 0, "replies": {"edges": []}}
    profile = 'query { user(username: "author") { postCount posts(includeReplies: true) { edges { node { id } } } } }'
    assert (await product.run(profile, follower))["user"] == {"postCount": 0, "posts": {"edges": []}}
    assert (await product.run(profile, world["author"]))["user"]["postCount"] == 2
    for each in (post, below):
        await set_to(product, author, each, audience="PUBLIC")
    assert (await product.run(REPLIES, follower, id=around))["post"] == {
        "replyCount": 1, "replies": {"edges": [{"node": {"id": below}}]},
    }
    assert [edge["node"]["id"] for edge in (await product.run(HOME, follower))["homeTimeline"]["edges"]] == [post, around]


async def test_only_the_author_changes_a_post_and_only_one_that_is_there(product, world):
    post = await product.post(world["author"])
    given = {"postId": post, "audience": "FOLLOWERS"}
    assert (await product.ask(SET, world["friend"], input=given)).code == "NOT_FOUND"
    assert (await product.ask(SET, None, input=given)).code == "UNAUTHENTICATED"
    assert await seers(product, world, post) == SEEN_BY["PUBLIC"]
    await product.delete(world["author"], post)
    assert (await product.ask(SET, world["author"], input=given)).code == "NOT_FOUND"


async def test_what_is_not_given_stays(product, world):
    post = await product.post(world["author"], audience="FOLLOWERS", replies="NOBODY")
    kept = {"audience": "FOLLOWERS", "whoMayReply": "NOBODY", "viewerCanReply": True}
    assert await set_to(product, world["author"], post) == kept
    assert await set_to(product, world["author"], post, replies="MENTIONED") == kept | {"whoMayReply": "MENTIONED"}
    open_ = {"audience": "PUBLIC", "whoMayReply": "MENTIONED", "viewerCanReply": True}
    assert await set_to(product, world["author"], post, audience="PUBLIC") == open_


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("EVERYONE", {"author", "follower", "friend", "named", "stranger"}),
        ("FOLLOWERS", {"author", "follower"}),
        ("MENTIONED", {"author", "named"}),
        ("NOBODY", {"author"}),
    ],
)
async def test_who_may_reply_is_told_and_held(product, world, rule, who):
    post = await product.post(world["author"], "Hello @named.", replies=rule)
    for name in EVERYBODY:
        told = (await product.run(READ, world.get(name), id=post))["post"]
        assert (told["whoMayReply"], told["viewerCanReply"]) == (rule, name in who), name
        answer = await reply(product, world.get(name), post)
        refusal = "UNAUTHENTICATED" if name is None else "FORBIDDEN"
        assert answer.code == (None if name in who else refusal), name
    assert (await product.run(REPLIES, None, id=post))["post"]["replyCount"] == len(who)


@pytest.mark.parametrize("audience", ["FOLLOWERS", "CLOSE_FRIENDS", "MENTIONED"])
async def test_what_is_hidden_is_neither_answered_nor_liked_and_reads_as_gone(product, world, audience):
    post, gone = [await product.post(world["author"], "Hello @named.", audience=audience) for _ in range(2)]
    await product.delete(world["author"], gone)
    for name in {"follower", "friend", "named", "stranger"}.difference(SEEN_BY[audience]):
        for document, given in ((POST, {"text": "Yes.", "replyToId": post}), (LIKE, {"postId": post})):
            hidden = await product.ask(document, world[name], input=given)
            nothing = await product.ask(document, world[name], input={
                key: gone if value == post else value for key, value in given.items()
            })
            assert hidden == nothing and hidden.code == "NOT_FOUND"
    for name in sorted(filter(None, SEEN_BY[audience])):
        assert (await reply(product, world[name], post)).code is None
        await product.like(world[name], post)


async def test_the_write_itself_asks_the_rule_so_that_nothing_slips_through(product, world):
    """As when a post is hidden between a look and the write: the service is asked without a look."""
    services = product.served.parts.services
    stranger = product.served.parts.accounts.tokens.verify(world["stranger"].token)
    post = await product.post(world["author"], audience="FOLLOWERS")
    with pytest.raises(NotFound):
        await services.likes.add(stranger, own_id(post))
    assert await product.cypher("MATCH (:User)-[l:LIKED]->() RETURN count(l)") == 0


async def test_replies_that_come_while_a_conversation_closes_are_counted_and_none_comes_after(product, world):
    post = await product.post(world["author"])
    closing = asyncio.create_task(set_to(product, world["author"], post, replies="NOBODY"))
    answers = await asyncio.gather(*(reply(product, world["stranger"], post) for _ in range(12)))
    await closing
    assert {answer.code for answer in answers} <= {None, "FORBIDDEN"}
    written = sum(answer.code is None for answer in answers)
    assert (await product.run(REPLIES, None, id=post))["post"]["replyCount"] == written
    assert (await reply(product, world["stranger"], post)).code == "FORBIDDEN"


async def test_counts_are_exact_whatever_changes_at_once(product, world):
    author = world["author"]
    around = await product.post(world["stranger"])
    posts = [await product.post(author, replyToId=around) for _ in range(6)]
    changes = [
        product.ask(SET, author, input={"postId": post, "audience": audience})
        for post in posts
        for audience in ("FOLLOWERS", "PUBLIC", "MENTIONED")
    ]
    gone = [product.ask(DELETE, author, input={"postId": post}) for post in posts[:2]]
    answers = await asyncio.gather(*changes, *gone)
    assert {answer.code for answer in answers} <= {None, "NOT_FOUND"}
    public = await product.cypher(PUBLIC, id=author.own_id)
    assert await product.cypher(EDGES, id=author.own_id) == [public, 4 - public, 2]
    assert (await product.run(COUNTS, None, name="author"))["user"]["postCount"] == public
    assert (await product.run(COUNTS, author, name="author"))["user"]["postCount"] == 4
    assert (await product.run(REPLIES, None, id=around))["post"]["replyCount"] == public


async def test_a_restricted_post_is_deleted_like_any_other(product, world):
    around = await product.post(world["stranger"])
    post = await product.post(world["author"], audience="FOLLOWERS", replyToId=around)
    await product.delete(world["author"], post)
    assert await product.cypher(EDGES, id=world["author"].own_id) == [0, 0, 1]
    assert await product.cypher("MATCH (:Post)-[e:DELETED_REPLY]->(:Post {id: $id}) RETURN count(e)", id=own_id(around)) == 1


async def test_a_block_ends_replying_whatever_the_rule(product, world):
    post = await product.post(world["author"], "Hello @named.", replies="MENTIONED")
    assert (await act(product, "block", world["author"], world["named"])).code is None
    assert (await reply(product, world["named"], post)).code == "NOT_FOUND"


WIDEST = {"PUBLIC": "PUBLIC", "FOLLOWERS": "FOLLOWERS", "CLOSE_FRIENDS": "MENTIONED", "MENTIONED": "MENTIONED"}


@pytest.fixture
async def circle(product, world):
    """One who sees every post of the author, whatever its audience; an author who mentions them."""
    await product.follow(world["named"], world["author"])
    await done(product, "addCloseFriend", world["author"], world["named"])
    return world


async def audience_of_reply(product, viewer, post, **given):
    answer = await product.run(POST, viewer, input={"text": "Indeed.", "replyToId": post, **given})
    reply = answer["createPost"]["post"]["id"]
    return reply, (await product.run(READ, viewer, id=reply))["post"]["audience"]


@pytest.mark.parametrize("audience", SEEN_BY)
async def test_a_reply_goes_no_wider_than_what_it_answers(product, circle, audience):
    post = await product.post(circle["author"], "Hello @named.", audience=audience)
    _, found = await audience_of_reply(product, circle["named"], post)
    assert found == WIDEST[audience]


@pytest.mark.parametrize("audience", SEEN_BY)
async def test_a_reply_to_oneself_has_the_audience_of_the_thread(product, circle, audience):
    post = await product.post(circle["author"], "Hello @named.", audience=audience)
    assert (await audience_of_reply(product, circle["author"], post))[1] == audience


@pytest.mark.parametrize("chosen", SEEN_BY)
async def test_the_narrower_of_two_defaults_holds(product, circle, chosen):
    await choose(product, circle["named"], defaultAudience=chosen)
    post = await product.post(circle["author"], "Hello.", audience="FOLLOWERS")
    assert (await audience_of_reply(product, circle["named"], post))[1] == ("FOLLOWERS" if chosen == "PUBLIC" else chosen)


async def test_a_reply_to_a_private_account_is_for_followers(product, circle):
    await choose(product, circle["author"], private=True)
    post = await product.post(circle["author"])
    assert (await audience_of_reply(product, circle["named"], post))[1] == "FOLLOWERS"
    assert (await audience_of_reply(product, circle["author"], post))[1] == "PUBLIC"


@pytest.mark.parametrize("audience", SEEN_BY)
async def test_an_audience_that_is_given_is_the_authors_choice(product, circle, audience):
    post = await product.post(circle["author"], "Hello @named.", audience="MENTIONED")
    reply, found = await audience_of_reply(product, circle["named"], post, audience=audience)
    assert found == audience
    seen = "query ($id: ID!) { post(id: $id) { replyTo { id } threadRoot { id } } }"
    if audience == "PUBLIC":
        hidden = {"replyTo": None, "threadRoot": None}
        assert (await product.run(seen, circle["stranger"], id=reply))["post"] == hidden


async def test_who_is_answered_sees_an_answer_for_those_mentioned_and_may_answer_it(product, circle):
    post = await product.post(circle["author"], audience="CLOSE_FRIENDS")
    reply, _ = await audience_of_reply(product, circle["named"], post, replies="MENTIONED")
    found = await product.run(READ, circle["author"], id=reply)
    assert found["post"] == {"audience": "MENTIONED", "whoMayReply": "MENTIONED", "viewerCanReply": True}
    assert (await product.run(READ, circle["friend"], id=reply))["post"] is None
    assert (await product.run(REPLIES, circle["author"], id=post))["post"]["replies"]["edges"] == [{"node": {"id": reply}}]
    edges = "MATCH (:Post {id: $id})-[:MENTIONS]->(u:User) RETURN collect(u.username)"
    assert await product.cypher(edges, id=own_id(reply)) == ["author"]


@pytest.mark.parametrize("private", [False, True])
async def test_who_is_answered_sees_the_usual_answer_of_somebody_whom_they_do_not_follow(product, world, private):
    author, follower = world["author"], world["follower"]
    await choose(product, follower, private=private)
    post = await product.post(author, audience="FOLLOWERS")
    reply, audience = await audience_of_reply(product, follower, post)
    assert audience == "FOLLOWERS"
    assert await seers(product, world, reply) == {"author", "follower"}
    # The count is of replies for everybody alone, to everybody alike.
    shown = {"replyCount": 0, "replies": {"edges": [{"node": {"id": reply}}]}}
    assert [(await product.run(REPLIES, viewer, id=post))["post"] for viewer in (author, follower)] == [shown, shown]
    assert (await act(product, "block", follower, author)).code is None
    assert (await product.run(READ, author, id=reply))["post"] is None


async def test_who_is_answered_and_named_is_mentioned_once(product, circle):
    post = await product.post(circle["author"])
    reply = await product.post(circle["named"], "Yes, @author and @friend.", replyToId=post)
    mentions = "MATCH (p:Post {id: $id}) RETURN [p.mentionNames, COUNT { (p)-[:MENTIONS]->() }]"
    names, edges = await product.cypher(mentions, id=own_id(reply))
    assert (sorted(names), edges) == (["author", "friend"], 2)
