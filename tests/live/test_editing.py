"""What streams tell of posts that are edited: to whom they are shown before and after, to each their own."""

import asyncio

from graph.rows.mutes import TopicKind
from graph.rows.posts import Audience
from services.posts.editing import Edit
from tests.live.clients import HOME
from tests.live.conftest import post_id, told
from tests.live.test_user_posts import USER_POSTS, only_the_marker, user

THREAD = HOME.replace(
    "subscription Home($after: String) {\n  homeTimeline(after: $after)",
    "subscription Thread($post: ID!, $after: String) {\n  thread(postId: $post, after: $after)",
)


async def edit(live, who, post, text):
    await live.town.parts.services.editing.edit(live.town.people[who], post, Edit(text))


async def test_every_stream_of_a_post_tells_that_it_was_edited(live):
    town = live.town
    around = await town.post("dov")
    reply = await town.post("bea", "a reply", reply_to=around)
    post = await town.post("bea", "of bea")
    await town.deliver()
    async with (
        live.socket("ada") as home,
        live.stream("cid", USER_POSTS, user=user(live, "bea")) as posts,
        live.stream("cid", THREAD, post=post_id(around)) as thread,
    ):
        await edit(live, "bea", reply, "an answer")
        await edit(live, "bea", post, "of Bea")
        await town.deliver()
        for socket, changed, text in ((home, post, "of Bea"), (posts, post, "of Bea"), (thread, reply, "an answer")):
            event = await socket.next()
            assert (told(event), event["post"]["text"]) == (("Changed", post_id(changed)), text)


async def test_a_mention_opens_a_post_and_its_end_takes_it_away_for_them_alone(live):
    town, bea = live.town, user(live, "bea")
    post = await town.post("bea", "for @dov", audience=Audience.MENTIONED)
    await town.deliver()
    async with (
        live.stream("cid", USER_POSTS, user=bea) as cid,
        live.stream("dov", USER_POSTS, user=bea) as dov,
        live.stream("ada", USER_POSTS, user=bea) as ada,
    ):
        for text, expected in (
            ("for @dov and @cid", ((cid, "Added"), (dov, "Changed"))),
            ("for @cid", ((cid, "Changed"), (dov, "Removed"))),
            ("for nobody", ((cid, "Removed"),)),
        ):
            await edit(live, "bea", post, text)
            await town.deliver()
            for socket, change in expected:
                assert told(await socket.next()) == (change, post_id(post)), text
            await only_the_marker(live, cid, dov, ada)


async def test_a_muted_word_takes_an_edited_post_away_and_its_end_brings_it(live):
    town = live.town
    await town.parts.services.muted_topics.mute(town.people["ada"], TopicKind.WORD, "odd", None)
    post = await town.post("bea", "even")
    await town.deliver()
    async with live.socket("ada") as ada:
        for text, change in (("odd", "Removed"), ("even again", "Added"), ("and again", "Changed")):
            await edit(live, "bea", post, text)
            await town.deliver()
            assert told(await ada.next()) == (change, post_id(post))


async def test_who_comes_back_is_told_each_post_once_however_it_was_edited_meanwhile(live):
    town, bea = live.town, user(live, "bea")
    async with live.stream("dov", USER_POSTS, user=bea) as dov:
        await only_the_marker(live, dov)
        marker = await town.post("bea", "seen")
        await town.deliver()
        cursor = (await dov.next())["cursor"]
    opened = await town.post("bea", "for nobody", audience=Audience.MENTIONED)
    closed = await town.post("bea", "for @dov", audience=Audience.MENTIONED)
    await edit(live, "bea", opened, "for @dov")
    await edit(live, "bea", closed, "for nobody")
    await edit(live, "bea", marker, "seen again")
    await town.deliver()
    async with live.stream("dov", USER_POSTS, user=bea, after=cursor) as dov:
        events = [told(await dov.next()) for _ in range(3)]
        assert events == [("Added", post_id(opened)), ("Removed", post_id(closed)), ("Changed", post_id(marker))]
        await only_the_marker(live, dov)


async def test_many_edits_at_once_end_with_what_the_post_says(live):
    town = live.town
    post = await town.post("bea", "first")
    await town.deliver()
    async with live.socket("ada") as ada:
        await asyncio.gather(*(edit(live, "bea", post, f"take {each}") for each in range(6)))
        await town.deliver()
        events = [await ada.next() for _ in range(6)]
        assert {told(event) for event in events} == {("Changed", post_id(post))}
        (said,) = await town.parts.graph.read("posts/by_id", ids=[post])
        assert events[-1]["post"]["text"] == said[3]
