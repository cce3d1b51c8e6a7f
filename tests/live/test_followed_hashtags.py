"""Posts of followed hashtags on home streams: to whom they are told, by which hashtags, and when no more."""

from graph.rows.mutes import TopicKind
from graph.rows.posts import Audience
from tests.live.clients import HOME, socket_of
from tests.live.conftest import post_id
from tests.worlds.working import working

WITH_HASHTAGS = HOME.replace("likeCount }", "likeCount } hashtags")


def told(event):
    """Give what an event tells: its type, the post, and the hashtags by which it is there."""
    hashtags = tuple(event.get("hashtags", ()))
    return event["__typename"].removeprefix("Timeline"), event.get("postId") or event["post"]["id"], hashtags


async def marked(live, client, who="ada"):
    """Let the viewer write, and give all that is told before that."""
    marker, found = post_id(await live.town.post(who, "marker")), []
    await live.town.deliver()
    while (event := told(await client.next()))[1] != marker:
        found.append(event)
    return found


async def test_a_new_post_is_told_by_the_hashtags_that_alone_bring_it(live):
    town = live.town
    await town.follow_hashtags("ada", "owl")
    async with live.stream("ada", WITH_HASHTAGS) as ada, live.stream("cid", WITH_HASHTAGS) as cid:
        posts = [await town.post(who, "A #wren and an #owl") for who in ("dov", "bea")]
        assert await marked(live, ada) == [("PostAdded", post_id(posts[0]), ("owl",)), ("PostAdded", post_id(posts[1]), ())]
        await town.follow_hashtags("ada", "wren")
        post = await town.post("dov", "A #wren and an #owl")
        await town.post("dov", "No bird")
        await town.post("dov", "An answer to the #owl", reply_to=posts[1])
        await town.post("dov", "An #owl", audience=Audience.FOLLOWERS)
        assert await marked(live, ada) == [("PostAdded", post_id(post), ("wren", "owl"))]
        for name in ("owl", "wren"):
            await town.unfollow_hashtag("ada", name)
        await town.post("dov", "A #wren and an #owl")
        assert await marked(live, ada) == []
        assert await marked(live, cid, "cid") == []


async def test_what_becomes_of_it_is_told_to_whom_it_was_shown(live):
    town = live.town
    await town.follow_hashtags("ada", "owl")
    await town.parts.services.muted_topics.mute(town.people["ada"], TopicKind.HASHTAG, "rain", None)
    async with live.stream("ada", WITH_HASHTAGS) as ada:
        post, other = await town.post("dov", "An #owl"), await town.post("dov", "A #wren")
        hidden = await town.post("dov", "An #owl in the #rain")
        ids = [post_id(each) for each in (post, other, hidden)]
        assert await marked(live, ada) == [("PostAdded", ids[0], ("owl",))]
        await town.edit("dov", post, "A large #owl")
        await town.edit("dov", other, "No wren, but an #Owl")
        await town.edit("dov", hidden, "An #owl in the sun")
        added = [("PostAdded", each, ("owl",)) for each in ids[1:]]
        assert await marked(live, ada) == [("PostChanged", ids[0], ()), *added]
        await town.edit("dov", post, "It was a #wren")
        await town.set_audience("dov", other, Audience.FOLLOWERS)
        await town.delete("dov", hidden)
        assert await marked(live, ada) == [("PostRemoved", each, ()) for each in ids]
        await town.set_audience("dov", other, Audience.PUBLIC)
        assert await marked(live, ada) == [added[0]]
        await town.block("dov", "ada")
        await town.post("dov", "An #owl")
        assert await marked(live, ada) == []


async def test_who_comes_back_is_told_what_was_missed_under_the_hashtags_of_now(live):
    town = live.town
    await town.follow_hashtags("ada", "owl", "wren")
    async with live.stream("ada", WITH_HASHTAGS) as ada:
        first = await town.post("dov", "An #owl")
        await town.deliver()
        event = await ada.next()
        assert told(event)[1] == post_id(first)
    posts = [await town.post("dov", text) for text in ("An #owl", "A #wren", "A #wren and an #owl", "No bird")]
    await town.unfollow_hashtag("ada", "wren")
    await town.deliver()
    async with socket_of(live.url, live.token("ada")) as ada:
        await ada.begin(WITH_HASHTAGS, after=event["cursor"])
        assert await marked(live, ada) == [("PostAdded", post_id(posts[at]), ("owl",)) for at in (0, 2)]


async def test_viewers_who_follow_the_same_are_told_together_and_each_their_own(crowd, stack_of):
    live, names = crowd
    town, few = live.town, names[:6]
    followed = {name: {0: ("owl",), 1: ("owl", "wren"), 2: ()}[at % 3] for at, name in enumerate(few)}
    for name, hashtags in followed.items():
        await town.unfollow(name, "bea")
        await town.follow_hashtags(name, *hashtags)
    await town.mute(few[3], "bea")
    await town.deliver()
    sockets = {name: await stack_of.enter_async_context(live.stream(name, WITH_HASHTAGS)) for name in few}
    async with working(town.parts):
        post = post_id(await town.post("bea", "An #owl and a #wren"))
        for name in few:
            if followed[name] and name != few[3]:
                assert told(await sockets[name].next()) == ("PostAdded", post, followed[name]), name
    for name in (few[2], few[3], few[5]):
        assert await marked(live, sockets[name], name) == [], name
