"""Mutes of people and topics: they change the viewer's home timeline, and nothing else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.mutes.topics import TOPICS_MAX
from tests.api.product import own_id
from tests.api.relationships import act, done, names

HOME = """query ($first: Int = 100, $after: String) { homeTimeline(first: $first, after: $after) {
  edges { node { id } } pageInfo { hasNextPage endCursor } } }"""
MUTE = "mutation ($input: MuteInput!) { mute(input: $input) { user { viewerMutes viewerMutesUntil viewerMutesRepostsOnly } } }"
MUTE_TOPIC = """mutation ($input: MuteTopicInput!) {
  muteTopic(input: $input) { topic { id kind text thread { id } expiresAt } } }"""
UNMUTE_TOPIC = "mutation ($input: UnmuteTopicInput!) { unmuteTopic(input: $input) { unmutedTopicId } }"
TOPICS = """query ($first: Int = 100, $after: String) { mutedTopics(first: $first, after: $after) {
  edges { node { id kind text } } pageInfo { hasNextPage endCursor } } }"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"


@pytest.fixture
async def pair(product):
    """mira follows jo2; both have a timeline."""
    mira, jo = await product.people("mira", "jo2")
    await product.follow(mira, jo)
    await home(product, mira)
    return mira, jo


async def home(product, viewer):
    await product.settle()
    return [edge["node"]["id"] for edge in (await product.run(HOME, viewer))["homeTimeline"]["edges"]]


async def mute_topic(product, viewer, kind, value, **more):
    given = {"kind": kind, "value": value, **more}
    return (await product.run(MUTE_TOPIC, viewer, input=given))["muteTopic"]["topic"]


async def relation(product, viewer, user, **given):
    return (await product.run(MUTE, viewer, input={"userId": user.id, **given}))["mute"]["user"]


async def topics(product, viewer, first=100):
    found, page = [], {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        page = (await product.run(TOPICS, viewer, first=first, after=page["pageInfo"]["endCursor"]))["mutedTopics"]
        found += [edge["node"] for edge in page["edges"]]
    return found


async def passes(product, person_or_topic):
    """Let a mute have ended: time is the only thing that tests cannot bring about."""
    await product.cypher("MATCH ()-[m:MUTES]->(:User {id: $id}) SET m.until = 1", id=own_id(person_or_topic))
    await product.cypher("MATCH (t:MutedTopic {id: $id}) SET t.until = 1", id=own_id(person_or_topic))
    await product.forget_caches()


def soon(**more) -> str:
    return (datetime.now(UTC) + timedelta(**more)).isoformat(timespec="milliseconds")


async def test_who_is_muted_leaves_the_home_timeline_and_is_back_when_unmuted(product, pair):
    mira, jo = pair
    theirs, own = await product.post(jo), await product.post(mira)
    assert await home(product, mira) == [own, theirs]
    assert await relation(product, mira, jo) == {"viewerMutes": True, "viewerMutesUntil": None, "viewerMutesRepostsOnly": False}
    assert await home(product, mira) == [own]
    later = await product.post(jo)
    assert await home(product, mira) == [own]
    await done(product, "unmute", mira, jo)
    assert await home(product, mira) == [later, own, theirs]


async def test_a_mute_changes_nothing_but_the_home_timeline(product, pair):
    mira, jo = pair
    post = await product.post(jo, audience="FOLLOWERS")
    await relation(product, mira, jo)
    await mute_topic(product, mira, "WORD", "hello")
    read = 'query ($id: ID!) { post(id: $id) { id } user(username: "jo2") { posts { edges { node { id } } } } }'
    found = await product.run(read, mira, id=post)
    assert found == {"post": {"id": post}, "user": {"posts": {"edges": [{"node": {"id": post}}]}}}
    told = 'query { user(username: "mira") { viewerMutes followsViewer } }'
    assert (await product.run(told, jo))["user"] == {"viewerMutes": False, "followsViewer": True}


async def test_a_mute_ends_by_itself(product, pair):
    mira, jo = pair
    post = await product.post(jo)
    found = await relation(product, mira, jo, expiresAt=soon(hours=1))
    assert found["viewerMutes"] and found["viewerMutesUntil"] > soon()
    topic = await mute_topic(product, mira, "WORD", "hello", expiresAt=soon(hours=1))
    assert await home(product, mira) == []
    await passes(product, jo.id)
    assert await home(product, mira) == []
    await passes(product, topic["id"])
    assert await home(product, mira) == [post]
    assert await names(product, "mutedUsers", mira) == [] and await topics(product, mira) == []
    assert (await product.run(NODE, mira, id=topic["id"]))["node"] is None


async def test_a_mute_of_reposts_hides_no_post(product, pair):
    mira, jo = pair
    post = await product.post(jo)
    assert (await relation(product, mira, jo, repostsOnly=True))["viewerMutesRepostsOnly"]
    assert await home(product, mira) == [post]
    assert await names(product, "mutedUsers", mira) == ["jo2"]


async def test_a_second_mute_replaces_the_first(product, pair):
    mira, jo = pair
    await asyncio.gather(*(relation(product, mira, jo, expiresAt=soon(hours=1)) for _ in range(4)))
    assert await relation(product, mira, jo) == {"viewerMutes": True, "viewerMutesUntil": None, "viewerMutesRepostsOnly": False}
    assert await product.cypher("MATCH (:User)-[m:MUTES]->() RETURN count(m)") == 1
    for _ in range(2):
        await done(product, "unmute", mira, jo)
    assert await product.cypher("MATCH (:User)-[m:MUTES]->() RETURN count(m)") == 0


async def test_neither_oneself_nor_who_is_hidden_nor_until_yesterday(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    assert (await act(product, "mute", mira, mira)).refusal == ("INVALID_INPUT", "userId")
    given = {"userId": jo.id, "expiresAt": soon(days=-1)}
    assert (await product.ask(MUTE, mira, input=given)).refusal == ("INVALID_INPUT", "expiresAt")
    for no_moment in ("2999-01-01T00:00:00", "tomorrow", 5):
        assert (await product.ask(MUTE, mira, input=given | {"expiresAt": no_moment})).code == "INVALID_INPUT"
    await done(product, "block", jo, mira)
    await product.suspend(kim)
    for hidden in (jo, kim):
        for name in ("mute", "unmute"):
            assert (await act(product, name, mira, hidden)).code == "NOT_FOUND"


async def test_a_page_of_the_muted_is_newest_first_and_full(product):
    mira, *others = await product.people("mira", *(f"other{each}" for each in range(7)))
    await done(product, "mute", mira, *others)
    await product.suspend(others[5])
    await passes(product, others[2].id)
    for first in (1, 2, 5, 100):
        assert await names(product, "mutedUsers", mira, first) == ["other6", "other4", "other3", "other1", "other0"]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [("WORD", "Rain", "More RAIN!"), ("WORD", "world cup", "The World Cup."), ("HASHTAG", "#Rain", "so wet #rain")],
)
async def test_a_topic_hides_what_others_say_of_it(product, pair, kind, value, text):
    mira, jo = pair
    hidden, shown = await product.post(jo, text), await product.post(jo, "Trains run.")
    own = await product.post(mira, text)
    assert await home(product, mira) == [own, shown, hidden]
    topic = await mute_topic(product, mira, kind, value)
    assert (topic["kind"], topic["text"], topic["thread"]) == (kind, "rain" if kind == "HASHTAG" else value, None)
    assert await home(product, mira) == [own, shown]
    await product.run(UNMUTE_TOPIC, mira, input={"topicId": topic["id"]})
    assert await home(product, mira) == [own, shown, hidden]


async def test_a_thread_is_muted_by_any_of_its_posts(product, pair):
    mira, jo = pair
    first = await product.post(jo)
    second = await product.post(jo, replyToId=first)
    other = await product.post(jo)
    topic = await mute_topic(product, mira, "THREAD", second)
    assert (topic["text"], topic["thread"]) == (None, {"id": first})
    assert await home(product, mira) == [other]


async def test_a_thread_whose_beginning_is_hidden_is_muted_and_tells_nothing_of_it(product, pair):
    mira, jo = pair
    kim = await product.sign_up("kim")
    first = await product.post(kim)
    second = await product.post(jo, replyToId=first)
    third = await product.post(jo, replyToId=second)
    await done(product, "block", kim, mira)
    assert (await product.ask(MUTE_TOPIC, mira, input={"kind": "THREAD", "value": first})).code == "NOT_FOUND"
    topic = await mute_topic(product, mira, "THREAD", third)
    assert (topic["text"], topic["thread"]) == (None, None)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("WORD", " "), ("WORD", "..."), ("WORD", "x" * 101), ("HASHTAG", "two words"), ("HASHTAG", "1"), ("THREAD", "rain")],
)
async def test_what_is_no_topic_is_refused(product, kind, value):
    mira = await product.sign_up("mira")
    refused = await product.ask(MUTE_TOPIC, mira, input={"kind": kind, "value": value})
    assert refused.refusal == ("INVALID_INPUT", "value")


async def test_the_same_topic_keeps_its_id_and_ends_when_told_last(product):
    mira = await product.sign_up("mira")
    found = await asyncio.gather(*(mute_topic(product, mira, "WORD", word) for word in ("Café", "cafe", "CAFE")))
    assert len({topic["id"] for topic in found}) == 1
    changed = await mute_topic(product, mira, "WORD", "café", expiresAt=soon(hours=1))
    assert changed["id"] == found[0]["id"] and changed["expiresAt"] > soon()
    assert await topics(product, mira) == [{"id": changed["id"], "kind": "WORD", "text": "café"}]


async def test_topics_are_a_page_of_their_own_and_nobody_elses(product):
    mira, jo = await product.people("mira", "jo2")
    made = [(await mute_topic(product, mira, "WORD", f"word{each}"))["id"] for each in range(5)]
    for first in (1, 2, 5, 100):
        assert [topic["id"] for topic in await topics(product, mira, first)] == made[::-1]
    assert await topics(product, jo) == []
    assert (await product.run(NODE, mira, id=made[0]))["node"] == {"id": made[0]}
    for viewer in (jo, None):
        assert (await product.run(NODE, viewer, id=made[0]))["node"] is None
    assert (await product.ask(UNMUTE_TOPIC, jo, input={"topicId": made[0]})).code == "NOT_FOUND"
    assert (await product.ask(TOPICS)).code == "UNAUTHENTICATED"


async def test_there_is_a_most_and_what_has_ended_does_not_count(product):
    mira = await product.sign_up("mira")
    topic = await mute_topic(product, mira, "WORD", "first", expiresAt=soon(hours=1))
    service, viewer = product.served.parts.services.muted_topics, product.served.parts.accounts.tokens.verify(mira.token)
    for each in range(TOPICS_MAX - 1):
        await service.mute(viewer, "WORD", f"word{each}", None)
    full = {"kind": "WORD", "value": "one more"}
    assert (await product.ask(MUTE_TOPIC, mira, input=full)).code == "CONFLICT"
    assert (await mute_topic(product, mira, "WORD", "First"))["id"] == topic["id"]
    await passes(product, topic["id"])
    assert (await mute_topic(product, mira, "WORD", "one more"))["text"] == "one more"


async def test_with_19_of_20_muted_pages_are_full_or_go_on_and_nothing_is_lost(product):
    mira, *followed = await product.people("mira", *(f"other{each}" for each in range(20)))
    await product.follow(mira, *followed)
    unmuted: list[str] = []
    for each in range(240):
        author = followed[each % 20]
        post = await product.post(author, f"{each}")
        if author is followed[7]:
            unmuted.insert(0, post)
    await done(product, "mute", mira, *(user for user in followed if user is not followed[7]))
    await product.settle()
    found, pages, info = [], 0, {"hasNextPage": True, "endCursor": None}
    while info["hasNextPage"]:
        page = (await product.run(HOME, mira, first=4, after=info["endCursor"]))["homeTimeline"]
        info = page["pageInfo"]
        assert len(page["edges"]) == 4 or not info["hasNextPage"] or info["endCursor"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        pages += 1
    assert found == unmuted
    assert pages <= 5


async def test_a_muted_topic_comes_as_the_edge_of_its_page(product):
    mira = await product.sign_up("mira")
    document = "mutation ($input: MuteTopicInput!) { muteTopic(input: $input) { topicEdge { cursor node { id } } } }"
    edges = [
        (await product.run(document, mira, input={"kind": "WORD", "value": word}))["muteTopic"]["topicEdge"]
        for word in ("one", "two")
    ]
    found = (await product.run("{ mutedTopics { edges { cursor node { id } } } }", mira))["mutedTopics"]["edges"]
    assert found == edges[::-1]
