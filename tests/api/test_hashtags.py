"""The posts with a hashtag, and following hashtags."""

import asyncio
import itertools

import pytest

from resolvers.global_ids import encode
from services.hashtags.follows import FOLLOWED_MOST
from tests.api.product import own_id
from tests.api.relationships import choose, done
from tests.api.test_idempotency import MUTE
from tests.worlds.waiting import until

PAGE = """query ($name: String!, $first: Int, $after: String, $last: Int, $before: String, $lang: String) { hashtag(name: $name) {
  name viewerFollows posts(first: $first, after: $after, last: $last, before: $before, lang: $lang) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor hasPreviousPage startCursor } } } }"""
FOLLOW = "mutation ($input: FollowHashtagInput!) { followHashtag(input: $input) { hashtag { name viewerFollows } } }"
UNFOLLOW = "mutation ($input: UnfollowHashtagInput!) { unfollowHashtag(input: $input) { hashtag { name viewerFollows } } }"
EDIT = "mutation ($input: EditPostInput!) { editPost(input: $input) { post { id } } }"
FOLLOWED = "{ followedHashtags { name viewerFollows } }"
HASHTAG_NODE = """query ($id: ID!, $name: String!) {
  node(id: $id) { ... on Hashtag { id name viewerFollows } } hashtag(name: $name) { id } }"""
EDGES = "MATCH (:User)-[f:FOLLOWS_HASHTAG]->(:Hashtag) RETURN count(f)"


async def page(product, viewer=None, name="birds", first=20, **window):
    given = {"first": first, **window} if "last" not in window else window
    return (await product.run(PAGE, viewer, name=name, **given))["hashtag"]["posts"]


async def ids(product, viewer=None, **more):
    return [edge["node"]["id"] for edge in (await page(product, viewer, **more))["edges"]]


async def follow(product, viewer, name, document=FOLLOW):
    (payload,) = (await product.run(document, viewer, input={"name": name})).values()
    return payload["hashtag"]


async def followed(product, viewer):
    return [each["name"] for each in (await product.run(FOLLOWED, viewer))["followedHashtags"]]


async def test_posts_with_a_hashtag_are_found_newest_first_however_it_is_written(product):
    mira, jo = await product.people("mira", "jo2")
    first = await product.post(mira, "Two #Birds.")
    answer = await product.post(jo, "A #birds reply, and #birds again.", replyToId=first)
    await product.post(mira, "No hashtag, and #other.")
    for name in ("birds", "#BIRDS", "\uff03Birds"):
        assert await ids(product, name=name) == [answer, first]
    assert (await product.run(PAGE, name="#Größe"))["hashtag"]["name"] == "grösse"
    assert await ids(product, name="nobody_wrote_it") == []
    for name in ("", "#", "two words", "1", "x" * 70):
        assert (await product.ask(PAGE, name=name)).refusal == ("INVALID_INPUT", "name")


async def test_everybody_finds_what_they_may_see_and_no_more(product):
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    await product.follow(jo, mira)
    shown = await product.post(mira, "#birds")
    whisper = await product.post(mira, "#birds for followers", audience="FOLLOWERS")
    of_kim = await product.post(kim, "#birds of kim")
    of_lee = await product.post(lee, "#birds of lee")
    gone = await product.post(mira, "#birds gone")
    await product.delete(mira, gone)
    await choose(product, lee, private=True)
    await done(product, "block", kim, jo)
    assert await ids(product) == [of_kim, shown]
    assert await ids(product, jo) == [whisper, shown]
    assert await ids(product, kim) == [of_kim, shown]
    assert await ids(product, lee) == [of_lee, of_kim, shown]
    await product.suspend(kim)
    assert await ids(product) == [shown]


async def test_a_deleted_post_is_not_sought_any_more(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira, "#birds and #trees")
    await product.delete(mira, post)
    assert await product.cypher("MATCH (:Post)-[t:TAGGED]->() WHERE t.tag IS NOT NULL RETURN count(t)") == 0
    assert await product.cypher("MATCH (:Post)-[t:TAGGED]->() RETURN count(t)") == 2


async def test_an_edit_moves_a_post_to_other_hashtags_and_languages(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira, "#birds and #trees", lang="en")
    await product.run(EDIT, mira, input={"postId": post, "text": "#trees and #lakes"})
    assert [await ids(product, name=name) for name in ("birds", "trees", "lakes")] == [[], [post], [post]]
    await product.run(EDIT, mira, input={"postId": post, "lang": "de"})
    assert [await ids(product, name="lakes", lang=lang) for lang in ("en", "de")] == [[], [post]]


async def test_mutes_keep_posts_out_but_not_the_hashtag_that_is_asked_for(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    posts = [await product.post(mira, text) for text in ("#birds", "#birds in the rain", "#birds and #snow")]
    of_kim = await product.post(kim, "#birds")
    await done(product, "mute", jo, kim)
    for kind, value in (("WORD", "rain"), ("HASHTAG", "snow"), ("HASHTAG", "birds")):
        await product.run(MUTE, jo, input={"kind": kind, "value": value})
    assert await ids(product, jo) == [posts[0]]
    assert await ids(product, mira) == [of_kim, *posts[::-1]]


async def test_a_language_is_found_with_every_region_and_none_of_the_others(product):
    mira = await product.sign_up("mira")
    british, american, german, none = [
        await product.post(mira, "#birds", **({"lang": lang} if lang else {})) for lang in ("en-GB", "EN-us", "de", None)
    ]
    await product.cypher("MATCH (p:Post {id: $id})-[t:TAGGED]->() REMOVE p.lang SET t.lang = '' RETURN count(p)", id=own_id(none))
    assert await ids(product, lang="en") == await ids(product, lang="en-AU") == [american, british]
    assert await ids(product, lang="DE") == [german]
    assert await ids(product, lang="fr") == []
    assert len(await ids(product)) == 4
    assert (await product.ask(PAGE, name="birds", lang="not a language")).refusal == ("INVALID_INPUT", "lang")


@pytest.mark.parametrize("lang", [None, "en"])
async def test_walks_from_either_end_meet_and_a_cursor_is_good_for_its_list_alone(product, lang):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(mira, f"#birds {each}", lang="en") for each in range(7)]
    await product.hide(mira, posts[3])
    expected = [post for post in reversed(posts) if post != posts[3]]
    for size in (1, 3, 100):
        forward: list[str] = []
        backward: list[str] = []
        found = {"pageInfo": {"endCursor": None, "hasNextPage": True}}
        while found["pageInfo"]["hasNextPage"]:
            found = await page(product, jo, first=size, after=found["pageInfo"]["endCursor"], lang=lang)
            forward += [edge["node"]["id"] for edge in found["edges"]]
        found = {"pageInfo": {"startCursor": None, "hasPreviousPage": True}}
        while found["pageInfo"]["hasPreviousPage"]:
            found = await page(product, jo, last=size, before=found["pageInfo"]["startCursor"], lang=lang)
            backward = [edge["node"]["id"] for edge in found["edges"]] + backward
        assert forward == backward == expected
    cursor = (await page(product, jo, first=1, lang=lang))["edges"][0]["cursor"]
    for viewer, other in itertools.product((jo, mira), ({"name": "trees"}, {"name": "birds", "lang": "de"})):
        assert (await product.ask(PAGE, viewer, after=cursor, **other)).refusal == ("INVALID_INPUT", "after")


async def test_a_new_post_is_there_within_moments_and_a_hidden_one_gone_at_once(product):
    mira, jo = await product.people("mira", "jo2")
    old = await product.post(mira, "#birds")
    assert await ids(product, jo) == [old]
    new = await product.post(mira, "#birds")

    async def is_there():
        return await ids(product, jo) == [new, old]

    await until(is_there, seconds=5)
    await product.hide(mira, old)
    assert await ids(product, jo) == [new]
    await product.delete(mira, new)
    assert await ids(product, jo) == []


async def test_a_warm_page_is_one_round_trip_and_a_deeper_one_a_statement_more(product):
    mira, jo = await product.people("mira", "jo2")
    for each in range(4):
        await product.post(mira, f"#birds {each}")
    document = PAGE.replace("viewerFollows", "")  # which is a statement of its own

    async def page(viewer, **window):
        return (await product.run(document, viewer, name="birds", **window))["hashtag"]["posts"]

    await page(jo)
    product.round_trips.clear()
    found = await page(jo, first=2)
    assert (product.round_trips.graph, product.round_trips.redis) == ([], ["list_posts"])
    product.round_trips.clear()
    await page(jo, first=2, lang="en")
    assert product.round_trips.graph == ["hashtags/page_in_language"]
    product.round_trips.clear()
    await page(jo, first=2, before=found["pageInfo"]["endCursor"])
    assert product.round_trips.graph == []
    product.round_trips.clear()
    await page(jo, last=2)
    assert product.round_trips.graph == ["hashtags/page_backward"]


async def test_following_is_seen_by_oneself_alone(product):
    mira, jo = await product.people("mira", "jo2")
    assert await follow(product, jo, "#Birds") == {"name": "birds", "viewerFollows": True}
    await follow(product, jo, "trees")
    assert (await followed(product, jo), await followed(product, mira)) == (["trees", "birds"], [])
    for viewer, follows in ((jo, True), (mira, False), (None, False)):
        assert (await product.run(PAGE, viewer, name="birds", first=1))["hashtag"]["viewerFollows"] is follows
    assert await follow(product, jo, "birds", UNFOLLOW) == {"name": "birds", "viewerFollows": False}
    assert await followed(product, jo) == ["trees"]
    assert (await product.ask(FOLLOWED)).code == "UNAUTHENTICATED"
    assert (await product.ask(FOLLOW, jo, input={"name": "two words"})).refusal == ("INVALID_INPUT", "name")


async def test_a_hashtag_is_a_node_by_which_a_cache_finds_it_again(product):
    mira = await product.sign_up("mira")
    document = "mutation ($input: FollowHashtagInput!) { followHashtag(input: $input) { hashtag { id viewerFollows } } }"
    long = "ß" * 60  # twice as long, once it is folded
    for written, name in (("#Größe", "grösse"), ("Naïve", "naïve"), (long, "s" * 120), ("日本", "日本"), ("_a", "_a")):
        made = (await product.run(document, mira, input={"name": written}))["followHashtag"]["hashtag"]
        found = await product.run(HASHTAG_NODE, mira, id=made["id"], name=written)
        assert found == {"node": {"id": made["id"], "name": name, "viewerFollows": True}, "hashtag": {"id": made["id"]}}


async def test_what_is_no_form_of_a_hashtag_names_none(product):
    names = ("Birds", "#birds", "two words", "", "1", "a" * 181, "größe", "birds·", "a\u200db")
    ids = [encode("Hashtag", name) for name in names]
    assert (await product.run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids))["nodes"] == [None] * len(ids)
    refused = await product.ask("query ($id: ID!) { post(id: $id) { id } }", id=encode("Hashtag", "birds"))
    assert refused.refusal == ("INVALID_INPUT", "id")


async def test_twice_at_once_is_once_and_only_a_change_is_an_event(product):
    (jo,) = await product.people("jo2")
    await asyncio.gather(*(follow(product, jo, "birds") for _ in range(5)))
    assert await product.cypher(EDGES) == 1
    await asyncio.gather(*(follow(product, jo, "birds", UNFOLLOW) for _ in range(5)))
    assert await product.cypher(EDGES) == 0
    assert (await product.event_types())[1:] == ["hashtag.followed", "hashtag.unfollowed"]


async def test_so_many_hashtags_are_the_most_also_at_once(product):
    (jo,) = await product.people("jo2")
    await product.cypher(
        """MATCH (u:User {id: $id}) UNWIND range(1, $most) AS at CREATE (h:Hashtag {name: 'tag' + at})
        CREATE (u)-[:FOLLOWS_HASHTAG {at: at, owner: u.key, tag: h.name}]->(h) RETURN count(h)""",
        id=jo.own_id, most=FOLLOWED_MOST - 1,
    )
    answers = await asyncio.gather(*(product.ask(FOLLOW, jo, input={"name": f"more{at}"}) for at in range(4)))
    assert sorted(str(answer.code) for answer in answers) == ["CONFLICT"] * 3 + ["None"]
    assert await follow(product, jo, "tag7") == {"name": "tag7", "viewerFollows": True}
    found = await followed(product, jo)
    assert len(found) == FOLLOWED_MOST and found[0].startswith("more") and found[-1] == "tag1"


async def test_following_is_one_statement_and_what_is_followed_is_another(product):
    (jo,) = await product.people("jo2")
    await follow(product, jo, "birds")
    product.round_trips.clear()
    await follow(product, jo, "trees")
    assert product.round_trips.graph == ["hashtags/follow", "hashtags/followed"]
    assert product.round_trips.redis == ["hashtags_changed"]
    product.round_trips.clear()
    await followed(product, jo)
    assert (product.round_trips.graph, product.round_trips.redis) == (["hashtags/followed"], [])
