"""Editing posts: what changes with the text, who sees what it said before, and what two devices do at once."""

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from keyspace.row_cache import POSTS
from services.posts.editing import EDITS_MAX
from tests.api.product import DELETE, own_id
from tests.api.product import POST as REPLY
from tests.api.relationships import choose, done

EDIT = """mutation ($input: EditPostInput!) { editPost(input: $input) {
  post { id text warning sensitive lang version createdAt editedAt mentions { username } } } }"""
READ = """query ($id: ID!) { post(id: $id) { text version editedAt mentions { username } hashtags { name } links { url }
  history { edges { node { text warning lang sensitive version writtenAt replacedAt } } pageInfo { hasNextPage } } } }"""
PAGE = """query ($id: ID!, $first: Int!, $after: String) { post(id: $id) { history(first: $first, after: $after) {
  edges { node { text } } pageInfo { hasNextPage endCursor } } } }"""
QUOTED = "query ($id: ID!) { post(id: $id) { quote { post { text history { edges { node { text } } } } } } }"
SET = "mutation ($input: SetPostAudienceInput!) { setPostAudience(input: $input) { post { text } } }"
ROUNDS = 2
EDGES = """MATCH (p:Post {id: $id}) RETURN [
  COLLECT { MATCH (p)-[:MENTIONS]->(u) RETURN u.username ORDER BY u.username },
  COLLECT { MATCH (p)-[:TAGGED]->(h) RETURN h.name ORDER BY h.name }]"""
MORE = """MATCH (p:Post {id: $id})-[:HAD_VERSION]->(first)
  UNWIND range(1, $most - 1) AS each
  CREATE (p)-[:HAD_VERSION]->(v:PostVersion)
  SET v = properties(first), v.text = 'Take ' + each + '.', v.writtenAt = first.writtenAt + each
  RETURN count(v)"""
EDITED = "MATCH (o:Outbox {type: 'post.edited'}) WITH o ORDER BY o.id RETURN collect(o.payload)"


async def edit(product, viewer, post, text=None, **more):
    given = {"postId": post, **({} if text is None else {"text": text}), **more}
    return (await product.run(EDIT, viewer, input=given))["editPost"]["post"]


async def refused(product, viewer, post, text="Something else.", **more):
    answer = await product.ask(EDIT, viewer, input={"postId": post, "text": text, **more})
    return answer.errors[0]["extensions"]


async def texts(product, viewer, post):
    """Return what somebody sees of what a post said, its present text first; nothing where they see no post."""
    found = (await product.run(READ, viewer, id=post))["post"]
    return [] if found is None else [found["text"], *(edge["node"]["text"] for edge in found["history"]["edges"])]


async def audience(product, author, post, name):
    await product.run(SET, author, input={"postId": post, "audience": name})


async def age(product, post, milliseconds):
    older = "MATCH (p:Post {id: $id}) SET p.createdAt = p.createdAt - $by RETURN 1"
    await product.cypher(older, id=own_id(post), by=milliseconds)


async def test_an_edited_post_says_the_new_text_and_shows_what_it_said_before(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira, "Frist!", lang="en", warning="haste")
    before = (await product.run(READ, jo, id=post))["post"]
    assert (before["editedAt"], before["history"]["edges"]) == (None, [])
    edited = await edit(product, mira, post, "First!", warning="", lang="de")
    assert (edited["text"], edited["warning"], edited["lang"]) == ("First!", "", "de")
    after = (await product.run(READ, jo, id=post))["post"]
    assert (after["text"], after["editedAt"]) == ("First!", edited["editedAt"])
    (version,) = [edge["node"] for edge in after["history"]["edges"]]
    assert version == {
        "text": "Frist!", "warning": "haste", "lang": "en", "sensitive": False, "version": before["version"],
        "writtenAt": edited["createdAt"], "replacedAt": edited["editedAt"],
    }
    assert after["version"] == edited["version"] != before["version"]


async def test_mentions_hashtags_and_links_follow_and_only_who_is_newly_mentioned_is_told(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    around = await product.post(kim)
    post = await product.post(mira, "@jo2 see #birds https://a.example", replyToId=around)
    assert await product.cypher(EDGES, id=own_id(post)) == [["jo2", "kim"], ["birds"]]
    await edit(product, mira, post, "@mira @jo2 see #sky https://b.example")
    found = (await product.run(READ, jo, id=post))["post"]
    assert [each["username"] for each in found["mentions"]] == ["mira", "jo2"]
    assert (found["hashtags"], found["links"]) == ([{"name": "sky"}], [{"url": "https://b.example"}])
    assert await product.cypher(EDGES, id=own_id(post)) == [["jo2", "kim"], ["sky"]]
    for text in ("Nobody.", "@jo2 @mira again"):
        await edit(product, mira, post, text)
    await edit(product, mira, post, "@jo2 @lee")
    lee = await product.sign_up("lee")
    await edit(product, mira, post, "@jo2 and @lee")
    told = [payload["newMentionIds"] for payload in await payloads(product)]
    assert told == [[], [], [], [], [lee.own_id]]


async def payloads(product):
    return [json.loads(each) for each in await product.cypher(EDITED)]


async def test_the_same_again_changes_nothing_also_when_it_is_too_late(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira, "First!")
    first = await edit(product, mira, post, "Second!")
    assert await edit(product, mira, post, "  Second!\r\n", expectedVersion="0") == first
    await age(product, post, 31 * 60_000)
    assert (await edit(product, mira, post, "Second!"))["version"] == first["version"]
    assert len(await texts(product, mira, post)) == 2
    assert (await product.event_types()).count("post.edited") == 1


async def test_its_author_alone_is_told_until_when_they_may_edit_it_without_a_look_up(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    read = "query ($id: ID!) { post(id: $id) { createdAt editableUntil } }"
    told = (await product.run(read, mira, id=post))["post"]
    created, until = (datetime.fromisoformat(told[name]) for name in ("createdAt", "editableUntil"))
    assert until - created == timedelta(minutes=30)
    await edit(product, mira, post, "An edit is no new beginning.")
    assert (await product.run(read, mira, id=post))["post"] == told
    product.round_trips.clear()
    for viewer, expected in ((mira, told["editableUntil"]), (jo, None), (None, None)):
        assert (await product.run(read, viewer, id=post))["post"]["editableUntil"] == expected
    assert "posts/by_id" not in product.round_trips.graph
    await age(product, post, 31 * 60_000)
    await edit(product, mira, post, "An edit is no new beginning.")  # changes nothing, and the older row is read
    assert (await product.run(read, mira, id=post))["post"]["editableUntil"] is None
    assert (await refused(product, mira, post))["reason"] == "EDITING_ENDED"


async def test_it_is_too_late_after_the_window_and_that_is_said_with_its_end(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    await age(product, post, 31 * 60_000)
    until = await product.cypher(
        "MATCH (p:Post {id: $id}) RETURN toString(datetime({epochMillis: p.createdAt + 1800000}))", id=own_id(post)
    )
    said = await refused(product, mira, post)
    assert {**said, "until": None} == {"code": "FORBIDDEN", "reason": "EDITING_ENDED", "until": None}
    assert said["until"][:19] == until[:19]
    assert await texts(product, mira, post) == ["Hello."]


async def test_a_post_is_edited_so_often_and_no_more(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    await edit(product, mira, post, "Edited.")
    await product.cypher(MORE, id=own_id(post), most=EDITS_MAX)
    assert (await refused(product, mira, post))["reason"] == "EDITING_ENDED"
    found, after, more = [], None, True
    while more:
        page = (await product.run(PAGE, None, id=post, first=20, after=after))["post"]["history"]
        found += [edge["node"]["text"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == [*(f"Take {each}." for each in reversed(range(1, EDITS_MAX))), "Hello."]


async def test_two_devices_do_not_overwrite_each_other_without_knowing(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    version = (await product.run(READ, mira, id=post))["post"]["version"]
    answers = await asyncio.gather(
        *(product.ask(EDIT, mira, input={"postId": post, "text": f"{each}.", "expectedVersion": version}) for each in range(8))
    )
    done_ = [answer.data["editPost"]["post"]["text"] for answer in answers if not answer.errors]
    assert len(done_) == 1 and await texts(product, mira, post) == [*done_, "Hello."]
    extensions = [answer.errors[0]["extensions"] for answer in answers if answer.errors]
    assert extensions == [{"code": "CONFLICT", "field": "expectedVersion", "reason": "EDITED_MEANWHILE"}] * 7
    for wrong in ("", "0" * 16, "12g"):
        assert (await refused(product, mira, post, expectedVersion=wrong))["field"] == "expectedVersion"


async def test_a_repetition_with_its_key_edits_once(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    first = await edit(product, mira, post, "Once.", idempotencyKey="k")
    assert await edit(product, mira, post, "Once.", idempotencyKey="k") == first
    await edit(product, mira, post, "Later.")
    assert (await edit(product, mira, post, "Once.", idempotencyKey="k"))["text"] == "Later."
    assert (await refused(product, mira, post, "Twice.", idempotencyKey="k"))["code"] == "CONFLICT"


async def test_a_repetition_answers_with_what_is_written_though_the_text_of_before_is_still_cached(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira, "Before.")
    cached = product.served.parts.services.cache.keyspace
    key = POSTS.key(own_id(post))
    await texts(product, mira, post)
    before = await cached.command("GET", key)
    first = await edit(product, mira, post, "After.", idempotencyKey="k")
    await cached.command("SET", key, before)  # as a process leaves it that ends behind its commit
    assert await texts(product, mira, post) == ["Before."]
    assert await edit(product, mira, post, "After.", idempotencyKey="k") == first
    assert await texts(product, mira, post) == ["After.", "Before."]


async def test_only_the_author_edits_and_only_what_is_there_and_says_something(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    assert (await refused(product, jo, post))["code"] == "NOT_FOUND"
    assert (await refused(product, None, post))["code"] == "UNAUTHENTICATED"
    for given in ({"text": " "}, {"text": "x" * 501}, {"warning": "y" * 101}, {"lang": "?"}):
        assert (await refused(product, mira, post, **given))["field"] == next(iter(given))
    await product.delete(mira, post)
    assert (await refused(product, mira, post))["code"] == "NOT_FOUND"
    kept = await product.post(mira)
    mira = await product.outlasting(mira)
    await product.suspend(mira)
    assert (await refused(product, mira, kept))["code"] == "UNAUTHENTICATED"


SEEN = {
    "PUBLIC": {"author", "follower", "friend", "named", "stranger"},
    "FOLLOWERS": {"author", "follower", "named"},
    "CLOSE_FRIENDS": {"author", "friend"},
    "MENTIONED": {"author", "named"},
}


@pytest.fixture
async def world(product):
    names = ("author", "follower", "friend", "named", "stranger")
    people = dict(zip(names, await product.people(*names), strict=True))
    await product.follow(people["follower"], people["author"])
    await done(product, "addCloseFriend", people["author"], people["friend"])
    return people


async def readers(product, world, post, text):
    return {name for name, person in world.items() if text in await texts(product, person, post)}


@pytest.mark.parametrize("was", SEEN)
async def test_a_version_is_for_whom_it_was_for_and_the_post_is_for_now(product, world, was):
    author = world["author"]
    post = await product.post(author, "Secret, @named.", audience=was)
    await edit(product, author, post, "Harmless, @named.")
    for now, seers in SEEN.items():
        await audience(product, author, post, now)
        assert await readers(product, world, post, "Harmless, @named.") == seers
        assert await readers(product, world, post, "Secret, @named.") == SEEN[was] & seers
    assert await texts(product, None, post) == []


async def test_a_text_that_was_narrowed_and_then_edited_stays_with_whom_it_was_for_at_its_narrowest(product, world):
    author = world["author"]
    post = await product.post(author, "Secret, @named.")
    await audience(product, author, post, "CLOSE_FRIENDS")
    await audience(product, author, post, "PUBLIC")
    await edit(product, author, post, "Harmless.")
    assert await readers(product, world, post, "Harmless.") == SEEN["PUBLIC"]
    assert await readers(product, world, post, "Secret, @named.") == {"author", "friend"}
    await edit(product, author, post, "Quite harmless.")
    assert await readers(product, world, post, "Harmless.") == SEEN["PUBLIC"]


async def test_what_a_private_account_said_stays_with_its_followers(product, world):
    author = world["author"]
    await choose(product, author, private=True)
    post = await product.post(author, "Secret, @named.")
    await edit(product, author, post, "Harmless.")
    await choose(product, author, private=False)
    assert await readers(product, world, post, "Harmless.") == SEEN["PUBLIC"]
    assert await readers(product, world, post, "Secret, @named.") == {"author", "follower", "named"}


async def test_a_mention_opens_a_post_and_not_what_it_said_before_and_its_end_closes_both(product, world):
    author, named, stranger = world["author"], world["named"], world["stranger"]
    post = await product.post(author, "To @named.", audience="MENTIONED")
    await edit(product, author, post, "To @named and @stranger.")
    assert await texts(product, stranger, post) == ["To @named and @stranger."]
    assert await texts(product, named, post) == ["To @named and @stranger.", "To @named."]
    await edit(product, author, post, "To @stranger.")
    assert await texts(product, named, post) == []
    assert await texts(product, stranger, post) == ["To @stranger.", "To @named and @stranger."]
    assert len(await texts(product, author, post)) == 3


async def test_edits_race_with_narrowing_replies_quotes_and_deletion_and_nothing_leaks(product, world):
    """Each text says for whom it was, and nobody finds one that was for others."""
    author = world["author"]
    posts = [await product.post(author, "open") for _ in range(2)]
    quote = await product.post(world["stranger"], "See this.", quoteOfId=posts[1])
    stop = asyncio.Event()
    leaks: list[str] = []

    async def change(post):
        for round_ in range(ROUNDS):
            await audience(product, author, post, "CLOSE_FRIENDS")
            await edit(product, author, post, f"closed {round_}")
            await edit(product, author, post, f"open {round_}")
            await audience(product, author, post, "PUBLIC")

    async def read(name):
        while not stop.is_set():
            for post in posts:
                leaks.extend(text for text in await texts(product, world[name], post) if text.startswith("closed"))
            quoted = json.dumps(await product.run(QUOTED, world[name], id=quote))
            leaks.extend(["quoted"] if "closed" in quoted else [])

    async def answer():
        while not stop.is_set():
            await product.ask(REPLY, world["stranger"], input={"text": "Indeed.", "replyToId": posts[0], "quoteOfId": posts[1]})

    beside = [asyncio.create_task(each) for each in (read("follower"), read("stranger"), answer())]
    await asyncio.gather(*map(change, posts))
    racing = [product.ask(EDIT, author, input={"postId": posts[0], "text": f"late {each}"}) for each in range(4)]
    gone, *late = await asyncio.gather(product.ask(DELETE, author, input={"postId": posts[0]}), *racing)
    stop.set()
    await asyncio.gather(*beside)
    assert leaks == [] and gone.code is None
    assert {each.code for each in late} <= {None, "NOT_FOUND"}
    assert await texts(product, author, posts[0]) == []
    all_ = [text for each in reversed(range(ROUNDS)) for text in (f"open {each}", f"closed {each}")]
    assert await texts(product, author, posts[1]) == [*all_, "open"]
    assert await readers(product, world, posts[1], "closed 0") == {"author", "friend"}


async def test_an_edit_is_one_write_and_history_one_statement(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await edit(product, mira, post, "Second.")
    product.round_trips.clear()
    await edit(product, mira, post, "Third @jo2.")
    assert (product.round_trips.graph, len(product.round_trips.redis)) == (["users/ids_by_username", "posts/edit"], 1)
    await texts(product, jo, post)
    product.round_trips.clear()
    await texts(product, jo, post)
    assert (product.round_trips.graph, len(product.round_trips.redis)) == (["posts/versions"], 1)
