"""Reposts on streams: what is told of them, to whom, and what is not. A marker proves that nothing came before it."""

import pytest

from graph.rows.posts import Audience
from resolvers.global_ids import encode
from tests.live.clients import HOME, socket_of
from tests.live.conftest import post_id
from tests.worlds.delivery import consumers_without_pictures, handle
from tests.worlds.waiting import until
from tests.worlds.working import working

WITH_REPOSTS = HOME.replace("likeCount }", "likeCount repostCount } repost { reposter { username } otherCount }").replace(
    "... on TimelineStarted", "... on TimelineRepostRemoved { cursor postId reposterId }\n    ... on TimelineStarted"
)
USER_POSTS = WITH_REPOSTS.replace(
    "subscription Home($after: String) {\n  homeTimeline(after: $after)",
    "subscription Posts($user: ID!, $replies: Boolean = false, $reposts: Boolean = true, $after: String) {\n"
    "  userPosts(userId: $user, includeReplies: $replies, includeReposts: $reposts, after: $after)",
)
COUNTS = "subscription ($ids: [ID!]!) { postCounts(postIds: $ids) { __typename ... on LivePostEvent { post { repostCount } } } }"


def told(live, event):
    """Give what an event tells: its type, the post, and who reposted it."""
    kind = event["__typename"].removeprefix("Timeline")
    if kind == "RepostRemoved":
        names = {encode("User", viewer.id): name for name, viewer in live.town.people.items()}
        return kind, event["postId"], names[event["reposterId"]]
    post = event.get("postId") or event["post"]["id"]
    return kind, post, event["repost"] and event["repost"]["reposter"]["username"] if "repost" in event else None


async def marked(live, client, who="ada"):
    """Let the viewer write, and give all that is told before that."""
    marker, found = post_id(await live.town.post(who, "marker")), []
    await live.town.deliver()
    while (event := told(live, await client.next()))[1] != marker:
        found.append(event)
    return found


async def test_a_repost_and_its_end_are_told_also_of_a_post_that_stood_before(live):
    town = live.town
    await town.follow("ada", "cid")
    async with live.stream("ada", WITH_REPOSTS) as ada:
        own, other = await town.post("bea"), await town.post("dov")
        await town.repost("bea", other)
        await town.repost("cid", own)
        found = await marked(live, ada)
        ids = [post_id(each) for each in (own, other)]
        assert found == [("PostAdded", ids[0], None), ("PostAdded", ids[1], "bea"), ("PostAdded", ids[0], "cid")]
        await town.unrepost("cid", own)
        await town.delete("dov", other)
        await town.deliver()
        assert await marked(live, ada) == [("RepostRemoved", ids[0], "cid"), ("PostRemoved", ids[1], None)]


async def test_what_was_undone_or_hidden_meanwhile_is_not_told(live):
    town = live.town
    async with live.stream("ada", WITH_REPOSTS) as ada:
        posts = [await town.post("dov") for _ in range(3)]
        for post in posts:
            await town.repost("bea", post)
        await town.unrepost("bea", posts[0])
        await town.set_audience("dov", posts[1], Audience.FOLLOWERS)
        assert await marked(live, ada) == [("PostAdded", post_id(posts[2]), "bea"), ("RepostRemoved", post_id(posts[0]), "bea")]


@pytest.mark.parametrize("hide", ["mute", "mute of reposts", "unfollow", "block", "mute of the author", "block by the author"])
async def test_who_does_not_see_a_repost_is_told_neither_it_nor_its_end(live, hide):
    town = live.town
    async with live.stream("ada", WITH_REPOSTS) as ada:
        if hide == "mute of reposts":
            await town.parts.services.muted_users.mute(town.people["ada"], town.people["bea"].id, None, reposts_only=True)
        elif hide.endswith("author"):
            await (town.mute("ada", "dov") if hide.startswith("mute") else town.block("dov", "ada"))
        else:
            await getattr(town, hide)("ada", "bea")
        post = await town.post("dov")
        await town.repost("bea", post)
        await town.deliver()
        await town.unrepost("bea", post)
        assert await marked(live, ada) == []


async def test_who_comes_back_is_told_what_was_missed(live):
    town = live.town
    async with live.stream("ada", WITH_REPOSTS) as ada:
        first = await town.post("bea")
        await town.deliver()
        after = (await ada.next())["cursor"]
    post = await town.post("dov")
    await town.repost("bea", post)
    await town.repost("bea", first)
    await town.deliver()
    await town.unrepost("bea", first)
    await town.deliver()
    async with socket_of(live.url, live.token("ada")) as ada:
        await ada.begin(WITH_REPOSTS, after=after)
        assert await marked(live, ada) == [("PostAdded", post_id(post), "bea"), ("RepostRemoved", post_id(first), "bea")]


async def test_all_who_are_alike_are_told_by_one_execution_and_who_is_not_by_their_own(crowd, stack_of):
    live, names = crowd
    town, few = live.town, names[:5]
    post = await town.post(few[4], "Reposted.")
    await town.mute(few[1], "bea")
    await town.deliver()
    sockets = {name: await stack_of.enter_async_context(live.stream(name, WITH_REPOSTS)) for name in few}
    async with working(town.parts):
        await town.repost("bea", post)
        for name in few:
            if name != few[1]:
                assert told(live, await sockets[name].next()) == ("PostAdded", post_id(post), "bea"), name
    assert await marked(live, sockets[few[1]], few[1]) == []


@pytest.mark.parametrize("replies", [True, False])
async def test_the_stream_of_a_persons_posts_tells_reposts_where_they_are_asked_for(live, replies):
    town, user = live.town, encode("User", live.town.people["bea"].id)
    variables = {"user": user, "replies": replies}
    async with (
        live.stream("ada", USER_POSTS, **variables) as asked,
        live.stream("ada", USER_POSTS, **variables, reposts=False) as plain,
    ):
        post = await town.post("dov")
        await town.repost("bea", post)
        await town.deliver()
        await town.unrepost("bea", post)
        marker = post_id(await town.post("bea"))
        await town.deliver()
        assert [told(live, await asked.next()) for _ in range(3)] == [
            ("PostAdded", post_id(post), "bea"), ("RepostRemoved", post_id(post), "bea"), ("PostAdded", marker, None)
        ]
        assert told(live, await plain.next()) == ("PostAdded", marker, None)


async def test_counts_of_reposts_are_told(live):
    town = live.town
    post = await town.post("bea")
    async with live.stream("ada", COUNTS, ids=[post_id(post)]) as ada, working(town.parts):
        await town.repost("cid", post)
        assert (await ada.next())["post"]["repostCount"] == 1
        await town.unrepost("cid", post)
        assert (await ada.next())["post"]["repostCount"] == 0


async def test_a_repost_that_is_not_delivered_yet_is_told_behind_the_beginning(live):
    town = live.town
    post = await town.post("dov")
    await town.deliver()
    assert await town.ids("ada") == []  # her list stands before
    await town.repost("bea", post)
    consumers, events = consumers_without_pictures(town.parts), await town.outbox()
    await handle([each for each in consumers if each.group == "live"], events)
    await until(lambda: len(list(town.parts.hub.undelivered)) == 1)
    async with live.stream("ada", WITH_REPOSTS) as ada:
        assert await town.ids("ada") == []
        assert told(live, await ada.next()) == ("PostAdded", post_id(post), "bea")
    await handle([each for each in consumers if each.group == "fan-out"], events)
    assert await town.ids("ada") == [post]
    await until(lambda: not list(town.parts.hub.undelivered))
