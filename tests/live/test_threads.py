"""The stream of a conversation: what is told of it, to whom, and what is not. A marker proves that nothing came before it."""

from graph.ids import new_id
from graph.rows.posts import Audience
from resolvers.global_ids import encode
from tests.live.clients import HOME, socket_of
from tests.live.conftest import post_id, told
from tests.worlds.waiting import until

THREAD = HOME.replace(
    "subscription Home($after: String) {\n  homeTimeline(after: $after)",
    "subscription Thread($post: ID!, $after: String) {\n  thread(postId: $post, after: $after)",
)


async def only_the_marker(live, root: str, *clients) -> None:
    marker = await live.town.post("dov", "marker", reply_to=root)
    await live.town.deliver()
    for client in clients:
        assert told(await client.next()) == ("Added", post_id(marker))


async def test_all_below_the_first_post_is_told_by_whatever_post_it_is_opened(live):
    town = live.town
    root = await town.post("bea", "root")
    reply = await town.post("cid", "a reply", reply_to=root)
    await town.deliver()
    async with live.stream("ada", THREAD, post=post_id(root)) as one, live.stream("dov", THREAD, post=post_id(reply)) as other:
        below = await town.post("dov", "below", reply_to=reply)
        await town.post("bea", "another conversation")
        further = await town.post("cid", "further below", reply_to=below)
        await town.deliver()
        for socket in (one, other):
            assert [told(await socket.next()) for _ in range(2)] == [("Added", post_id(each)) for each in (below, further)]
        await town.delete("dov", below)
        await town.parts.services.audiences.set(town.people["bea"], root, None, "FOLLOWERS")
        await town.deliver()
        for socket in (one, other):
            assert told(await socket.next()) == ("Removed", post_id(below))
            assert told(await socket.next()) == ("Changed", post_id(root))
        assert await town.parts.services.writing.delete(town.people["bea"], root)
        await town.deliver()
        for socket in (one, other):
            assert told(await socket.next()) == ("Removed", post_id(root))


async def test_a_hidden_reply_leaves_the_conversation_and_comes_back_and_changes_elsewhere(live):
    town = live.town
    hiding = town.parts.services.reply_hiding
    root = await town.post("bea", "root")
    reply = await town.post("cid", "a reply", reply_to=root)
    below = await town.post("dov", "below", reply_to=reply)
    await town.deliver()
    of_cid = THREAD.replace("$post", "$user").replace("thread(postId: $user", "userPosts(userId: $user, includeReplies: true")
    async with (
        live.stream("ada", THREAD, post=post_id(root)) as thread,
        live.stream("ada", of_cid, user=encode("User", town.people["cid"].id)) as posts,
    ):
        for change, in_thread in ((hiding.hide, "Removed"), (hiding.show, "Added")):
            await change(town.people["bea"], reply)
            await change(town.people["bea"], reply)
            await town.deliver()
            assert told(await thread.next()) == (in_thread, post_id(reply))
            assert told(await posts.next()) == ("Changed", post_id(reply))
        await hiding.hide(town.people["bea"], reply)
        await hiding.hide(town.people["cid"], below)
        await town.set_audience("cid", reply, Audience.FOLLOWERS)
        await town.delete("cid", reply)
        await town.deliver()
        assert [told(await thread.next()) for _ in range(2)] == [("Removed", post_id(each)) for each in (below, reply)]
        await only_the_marker(live, root, thread)


async def test_who_may_not_see_a_reply_is_told_nothing_of_it(live):
    town = live.town
    root = await town.post("bea", "root")
    await town.follow("ada", "cid")
    await town.block("dov", "ada")
    await town.deliver()
    async with live.stream("ada", THREAD, post=post_id(root)) as ada, live.stream("bea", THREAD, post=post_id(root)) as bea:
        blocked = await town.post("dov", "of who blocks ada", reply_to=root)
        followers = await town.post("cid", "for followers", reply_to=root, audience=Audience.FOLLOWERS)
        mentioned = await town.post("cid", "for who is answered", reply_to=root, audience=Audience.MENTIONED)
        await town.deliver()
        for each in (blocked, followers, mentioned):
            assert told(await bea.next()) == ("Added", post_id(each))
        assert told(await ada.next()) == ("Added", post_id(followers))
        await town.delete("dov", blocked)
        await town.set_audience("cid", followers, Audience.MENTIONED)
        await town.set_audience("cid", mentioned, Audience.PUBLIC)
        await town.deliver()
        assert [told(await bea.next()) for _ in range(3)] == [
            ("Removed", post_id(blocked)), ("Changed", post_id(followers)), ("Changed", post_id(mentioned))
        ]  # fmt: skip
        assert [told(await ada.next()) for _ in range(2)] == [("Removed", post_id(followers)), ("Added", post_id(mentioned))]


async def test_a_conversation_that_may_not_be_seen_has_no_stream_like_one_that_does_not_exist(live):
    town = live.town
    hidden, gone = await town.whisper("bea"), await town.post("bea")
    await town.delete("bea", gone)
    await town.deliver()
    for post in (hidden, gone, new_id()):
        async with socket_of(live.url, live.token("dov")) as client:
            await client.begin(THREAD, post=post_id(post))
            message = await client.message()
            assert message["type"] == "error" and message["payload"][0]["extensions"] == {"code": "NOT_FOUND"}
    await until(lambda: not town.parts.hub.index.subscribers)


async def test_who_comes_back_gets_what_was_missed_once_and_in_order(live):
    town = live.town
    root = await town.post("bea", "root")
    await town.deliver()
    async with live.stream("ada", THREAD, post=post_id(root)) as socket:
        cursor = socket.began
    posts = [await town.post("dov", str(at), reply_to=root) for at in range(3)]
    await town.post("dov", "elsewhere")
    await town.delete("dov", posts[0])
    await town.deliver()
    async with live.stream("ada", THREAD, post=post_id(root), after=cursor) as socket:
        found = [told(await socket.next()) for _ in range(3)]
        assert found == [("Added", post_id(posts[1])), ("Added", post_id(posts[2])), ("Removed", post_id(posts[0]))]
        await only_the_marker(live, root, socket)
    other = await town.post("bea", "another")
    await town.deliver()
    async with live.stream("ada", THREAD, post=post_id(other), after=cursor) as socket:
        assert (await socket.message())["payload"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "after"}


async def test_who_comes_back_by_a_post_that_was_deleted_since_is_told_so_and_goes_on(live):
    town = live.town
    root = await town.post("bea", "root")
    reply, hidden = await town.post("cid", "a reply", reply_to=root), await town.post("cid", "for dov", reply_to=root)
    await town.deliver()
    async with live.stream("ada", THREAD, post=post_id(reply)) as socket:
        cursor = socket.began
    await live.left()
    below = await town.post("dov", "below", reply_to=reply)
    await town.delete("cid", reply)
    await town.delete("bea", root)
    await town.set_audience("cid", hidden, Audience.MENTIONED)
    await town.deliver()
    expected = [("Added", below), ("Removed", reply), ("Removed", root), ("Removed", hidden)]
    for opened_by in (reply, root, below):
        async with live.stream("ada", THREAD, post=post_id(opened_by), after=cursor) as socket:
            assert socket.began == cursor
            assert [told(await socket.next()) for _ in expected] == [(change, post_id(post)) for change, post in expected]
    absent = new_id()
    for post, after, code in (
        (reply, None, "NOT_FOUND"), (hidden, None, "NOT_FOUND"), (absent, None, "NOT_FOUND"),
        (hidden, cursor, "INVALID_INPUT"), (absent, cursor, "INVALID_INPUT"),
    ):  # fmt: skip
        async with socket_of(live.url, live.token("ada")) as client:
            await client.begin(THREAD, post=post_id(post), after=after)
            assert (await client.message())["payload"][0]["extensions"]["code"] == code
