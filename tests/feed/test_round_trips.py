"""What each named operation costs: round trips to Redis and statements of the graph."""

from collections import Counter

import pytest

from feeds import pipeline
from feeds.home import home
from feeds.windows import Window
from graph.ids import LAST
from keyspace.viewer_flags import LIKED, ViewerFlag
from loaders.operation import Loaders, with_flags
from resolvers.global_ids import own_id
from schema.build import build_schema

SCHEMA = build_schema()
HOME = """
query Home($first: Int!, $after: String) {
  homeTimeline(first: $first, after: $after) {
    edges { cursor node { id text createdAt viewerLikes likeCount replyCount author { id username displayName } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def ask(town, who="ada", document=HOME, **variables):
    variables = {"first": 20, **variables}
    result = await SCHEMA.execute(document, variables, context_value=town.context(who))
    assert result.errors is None and result.data is not None, result.errors
    return result.data["homeTimeline"]


@pytest.fixture
async def read(town, round_trips):
    """A page of Ada's was read once, cold, but for the set of pulled authors, which is built once for all."""
    await town.parts.services.feeds.pulled.build()
    await town.follow("ada", "bea", "cid")
    for name in ("bea", "cid"):
        await town.has_written(name, 60)
    round_trips.clear()
    return await ask(town)


async def test_a_warm_home_page_is_one_round_trip_to_redis_and_no_statement(town, read, round_trips):
    await ask(town)
    round_trips.clear()
    page = await ask(town)
    assert len(page["edges"]) == 20
    assert round_trips.redis == ["home_page"]
    assert round_trips.graph == []


async def test_a_deeper_warm_page_is_the_same(town, read, round_trips):
    after = read["pageInfo"]["endCursor"]
    for _ in range(2):
        round_trips.clear()
        await ask(town, after=after)
    assert round_trips.redis == ["home_page"]
    assert round_trips.graph == []


async def test_a_cold_home_page_is_seven_statements(town, read, round_trips):
    """One to build the list, one each for posts, people, how they and the viewer stand, mutes, counts and likes."""
    assert Counter(round_trips.graph) == Counter(
        ["feed/build", "posts/by_id", "users/by_id", "relationships/of_viewers", "mutes/topics", "posts/counts", "posts/liked"]
    )
    assert Counter(round_trips.redis) == Counter(
        {
            "home_page": 1, "timeline_begin": 1, "timeline_finish": 1, "hydrate": 1,
            "lease_rows": 1, "lease_fields": 1, "fill_rows": 4, "fill_fields": 2,
        }
    )  # fmt: skip


async def test_a_cold_page_costs_the_same_for_100_posts(town, read, round_trips):
    """The set of pulled authors, which all share, is lost as well: one statement and two round trips more."""
    await town.parts.keyspace.command("FLUSHALL")
    round_trips.clear()
    page = await ask(town, first=100)
    assert len(page["edges"]) == 100
    assert len(round_trips.graph) == 8 and len(round_trips.redis) == 14


async def test_without_redis_a_page_is_the_same_seven_statements(town, read, round_trips, servers):
    await town.parts.services.feeds.pull.ids(town.people["ada"].key, LAST, 1)  # plans the statement
    servers.redis.kill()
    try:
        round_trips.clear()
        assert await ask(town) == read
        assert len(round_trips.graph) == 7
        assert len(round_trips.redis) == 1
    finally:
        servers.redis.start()


async def test_what_changed_is_all_that_is_read_again(town, read, round_trips):
    post = await town.post("bea")
    await town.deliver()
    await ask(town)
    await town.parts.services.likes.add(town.people["ada"], post)
    round_trips.clear()
    await ask(town)
    assert Counter(round_trips.graph) == Counter(["posts/counts", "posts/liked"])


async def test_of_posts_that_nobody_likes_no_reader_asks_the_graph_for_likes(town, read, round_trips):
    await town.follow("dov", "bea", "cid")
    round_trips.clear()
    page = await ask(town, "dov")
    assert [edge["node"]["id"] for edge in page["edges"]] == [edge["node"]["id"] for edge in read["edges"]]
    assert "feed/build" in round_trips.graph
    assert not {"posts/liked", "posts/counts"} & {*round_trips.graph}
    round_trips.clear()
    assert await ask(town, "dov") == page
    assert round_trips.redis == ["home_page"]  # what nobody was asked for is cached as well
    await town.parts.services.likes.add(town.people["dov"], own_id("Post", page["edges"][0]["node"]["id"], "id"))
    liked = [edge["node"]["viewerLikes"] for edge in (await ask(town, "dov"))["edges"]]
    assert liked == [True] + [False] * 19


async def test_counts_that_are_older_than_a_like_do_not_hide_it(town, read):
    post, ada = own_id("Post", read["edges"][0]["node"]["id"], "id"), town.people["ada"]
    loaders = Loaders(town.parts.graph, town.parts.services.cache, (ada.id, ada.key))
    counts = await loaders.post_counts.one(post)
    assert counts is not None and counts.likes == 0
    await town.parts.services.likes.add(ada, post)
    await loaders.hydrate([post])
    assert await loaders.flag(LIKED).one(post) is True


class LikedToo(ViewerFlag):
    """A flag that is the same as likes, under a name of its own."""

    statement = LIKED.statement


async def test_a_flag_more_is_no_round_trip_more(town, read, round_trips, monkeypatch):
    other = LikedToo("liked_too")
    for module in ("keyspace.page_scripts", "loaders.operation"):
        monkeypatch.setattr(f"{module}.VIEWER_FLAGS", (LIKED, other))
    monkeypatch.setattr("feeds.reader.Loaders", with_flags(type("WithOther", (Loaders,), {}), [other]))
    await town.parts.services.likes.add(town.people["ada"], own_id("Post", read["edges"][0]["node"]["id"], "id"))
    for _ in range(2):
        reader = town.reader("ada")
        round_trips.clear()
        page = await pipeline.page(reader, home(reader), Window(20))
        flags = await reader.loaders.flag(other).many([edge.node.id for edge in page.edges])
        assert flags == [True] + [False] * 19
    assert round_trips.redis == ["home_page"]
    assert round_trips.graph == []


async def test_a_push_is_one_round_trip_for_a_thousand_followers(town, round_trips):
    cached = town.parts.services.feeds.timelines
    for _ in range(2):  # the first time, Redis may not know the script
        round_trips.clear()
        await cached.push("01890a5d-ac96-774b-bcce-b302099a8057", range(1_000))
    assert round_trips.redis == ["timeline_push"]


async def test_flags_that_are_asked_for_later_are_those_of_all_pages_before(town, read, round_trips):
    ids = [own_id("Post", edge["node"]["id"], "id") for edge in read["edges"]]
    await town.parts.services.likes.add(town.people["ada"], ids[0])
    await ask(town)
    loaders = town.reader("ada").loaders
    await loaders.hydrate(ids[:2])
    await loaders.hydrate(ids[2:4])
    assert LIKED.name not in vars(loaders)  # nobody has asked, so nothing was decoded
    round_trips.clear()
    assert await loaders.flag(LIKED).many(ids[:4]) == [True, False, False, False]
    await loaders.hydrate(ids[4:6])
    assert await loaders.flag(LIKED).many(ids[4:6]) == [False, False]
    assert (round_trips.redis, round_trips.graph) == (["hydrate"], [])
