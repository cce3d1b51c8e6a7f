"""The public timeline: for anybody, of open accounts, in one language or all, under the blocks and mutes of who reads."""

from tests.api.relationships import choose, done
from tests.worlds.waiting import until

PAGE = """query ($first: Int, $after: String, $last: Int, $before: String, $lang: String) {
  publicTimeline(first: $first, after: $after, last: $last, before: $before, lang: $lang) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor hasPreviousPage startCursor } } }"""
SAVE = "mutation ($input: SaveReadingPositionInput!) { saveReadingPosition(input: $input) { moved } }"
POSITION = "{ readingPosition(feed: PUBLIC) { newerCount posts(first: 2) { edges { node { id } } } } }"


async def page(product, viewer=None, first=20, **window):
    given = {"first": first, **window} if "last" not in window else window
    return (await product.run(PAGE, viewer, **given))["publicTimeline"]


async def ids(product, viewer=None, **more):
    return [edge["node"]["id"] for edge in (await page(product, viewer, **more))["edges"]]


async def test_it_is_what_everybody_may_see_without_replies_to_others(product):
    mira, jo = await product.people("mira", "jo2")
    first = await product.post(mira)
    await product.post(jo, replyToId=first)
    thread = await product.post(mira, replyToId=first)
    await product.post(mira, audience="FOLLOWERS")
    await product.post(mira, audience="MENTIONED", text="@jo2")
    last = await product.post(jo)
    for viewer in (None, mira, jo):
        assert await ids(product, viewer) == [last, thread, first]


async def test_private_people_are_not_on_it_for_anybody_and_blocks_and_mutes_hold(product):
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    await product.follow(jo, mira)
    of = {name: await product.post(person) for name, person in zip("mjkl", (mira, jo, kim, lee), strict=True)}
    await choose(product, mira, private=True)
    await done(product, "block", kim, jo)
    await done(product, "mute", jo, lee)
    assert await ids(product) == [of["l"], of["k"], of["j"]]
    assert await ids(product, jo) == [of["j"]]
    assert await ids(product, kim) == [of["l"], of["k"]]
    assert await ids(product, mira) == [of["l"], of["k"], of["j"]]
    await product.suspend(lee)
    assert await ids(product) == [of["k"], of["j"]]


async def test_what_is_hidden_is_gone_at_once_and_what_is_new_there_within_moments(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    hidden, deleted, of_kim = await product.post(mira), await product.post(jo), await product.post(kim)
    assert await ids(product) == [of_kim, deleted, hidden]
    await product.hide(mira, hidden)
    await product.delete(jo, deleted)
    await choose(product, kim, private=True)
    assert await ids(product) == []
    await choose(product, kim, private=False)
    new = await product.post(jo)

    async def is_there():
        return await ids(product) == [new, of_kim]

    await until(is_there, seconds=5)


async def test_a_language_of_it_and_both_ends(product):
    mira, jo = await product.people("mira", "jo2")
    english = [await product.post(mira, lang=lang) for lang in ("en", "en-GB", "en")]
    await product.post(mira, lang="de")
    assert await ids(product, lang="en") == english[::-1]
    assert await ids(product, lang="en", last=2) == english[1::-1]
    assert (await product.ask(PAGE, lang="x")).refusal == ("INVALID_INPUT", "lang")
    cursor = (await page(product, jo, first=1))["edges"][0]["cursor"]
    assert await ids(product, jo, after=cursor) == english[::-1]
    assert (await product.ask(PAGE, jo, after=cursor, lang="en")).refusal == ("INVALID_INPUT", "after")
    assert (await product.ask(PAGE, mira, after=cursor)).refusal == ("INVALID_INPUT", "after")


async def test_a_place_in_it_is_kept(product):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(mira, str(each)) for each in range(5)]
    edges = (await page(product, jo))["edges"]
    await product.run(SAVE, jo, input={"feed": "PUBLIC", "cursor": edges[2]["cursor"]})
    found = (await product.run(POSITION, jo))["readingPosition"]
    assert [edge["node"]["id"] for edge in found["posts"]["edges"]] == [posts[2], posts[1]] and found["newerCount"] == 2
    home = await product.ask(SAVE, jo, input={"feed": "HOME", "cursor": edges[2]["cursor"]})
    assert home.refusal == ("INVALID_INPUT", "cursor")


async def test_a_warm_page_is_one_round_trip_for_anybody(product):
    mira, jo = await product.people("mira", "jo2")
    for each in range(3):
        await product.post(mira, str(each))
    for viewer in (jo, None):
        await page(product, viewer)
        product.round_trips.clear()
        await page(product, viewer, first=2)
        assert (product.round_trips.graph, product.round_trips.redis) == ([], ["list_posts"])
    product.round_trips.clear()
    await page(product, jo, last=2)
    assert product.round_trips.graph == ["public_timeline/page_backward"]
