"""An event is executed once for all viewers of whom the same holds; each still gets exactly their own."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type

from bench.round_trips import RoundTrips
from errors import Unauthenticated
from execution.declarations import Call, declaration_of
from graph.rows.mutes import TopicKind
from graph.rows.posts import Audience
from loaders.operation import Loaders
from loaders.viewer_states import _OF_STATES
from resolvers.event_round import EventRound
from resolvers.global_ids import encode
from schema.build import build_schema
from services.events.post_events import PostCreated
from tests.live.announcing import announce
from tests.live.clients import HOME
from tests.live.conftest import post_id, subscribed
from tests.property_examples import examples
from tests.worlds.waiting import until
from tests.worlds.working import working
from web.execution import core_schema

SCHEMA = build_schema()
LIKES = HOME.replace("likeCount", "likeCount viewerLikes viewerHasBookmarked author { viewerFollows followsViewer }")


def selection(type_: GraphQLObjectType, depth: int) -> str:
    """Select all fields of a type whose resolvers are not called, as deep as this."""
    found = ["__typename"]
    for name, field in type_.fields.items():
        inner: Any = get_named_type(field.type)
        if isinstance(declaration_of(field, name), Call) or (not is_leaf_type(inner) and not depth):
            continue
        if is_leaf_type(inner):
            found.append(name)
        elif is_abstract_type(inner):
            kinds = core_schema(SCHEMA).get_possible_types(inner)
            found.append(f"{name} {{ {' '.join(f'... on {each.name} {{ {selection(each, depth - 1)} }}' for each in kinds)} }}")
        else:
            found.append(f"{name} {{ {selection(inner, depth - 1)} }}")
    return " ".join(found)


def everything() -> list[str]:
    """Select every field of a post and of what stands in it, in as many selections as one may be large."""
    post: Any = core_schema(SCHEMA).type_map["Post"]
    inner: dict[str, Any] = {name: get_named_type(post.fields[name].type) for name in ("author", "replyTo", "mentions")}
    return [selection(post, 1), *(f"{name} {{ {selection(type_, 1)} }}" for name, type_ in inner.items())]


@pytest.mark.parametrize("liked", [False, True])
@pytest.mark.parametrize("count", [2, 23])
async def test_a_warm_event_is_two_round_trips_and_no_statement_for_any_number(crowd, stack_of, count, liked):
    live, names = crowd
    post = await live.town.post("bea", "warm")
    if liked:
        await live.town.parts.services.likes.add(live.town.people["ada"], post)
    await live.town.deliver()
    sockets = await subscribed(live, stack_of, names[:count], LIKES)
    for _ in range(3):  # what the selection asks for is learned, then cached
        await announce(live, [post], stale=False)
        for socket in sockets.values():
            await socket.next()
    trips = RoundTrips.of(live.town.parts)
    await announce(live, [post], stale=False)
    for name, socket in sockets.items():
        assert (await socket.next())["post"]["viewerLikes"] == (liked and name == "ada")
    assert trips.graph == []
    own = [name for name in trips.redis if name not in {"lease_hold", "lease_release", "live_announce", "live_since"}]
    assert own == ["hydrate", "viewer_states"]


async def test_a_cold_event_is_one_statement_a_kind_for_any_number(crowd, stack_of):
    live, names = crowd
    post = await live.town.post("bea", "cold")
    await live.town.parts.services.likes.add(live.town.people["ada"], post)
    sockets = await subscribed(live, stack_of, names, LIKES)
    for _ in range(2):
        await live.town.parts.keyspace.command("FLUSHALL")
        await until(lambda: live.town.parts.hub._last is not None)
        for socket in sockets.values():
            assert (await socket.next(30))["__typename"] == "TimelineResync"
        trips = RoundTrips.of(live.town.parts)
        await announce(live, [post])
        for socket in sockets.values():
            await socket.next(30)
    kinds = ["posts/by_id", "posts/counts", "users/by_id", "relationships/of_viewers", "mutes/topics", "posts/liked"]
    assert sorted(trips.graph) == sorted([*kinds, "posts/bookmarked"])


async def test_each_gets_what_they_would_get_alone_of_every_field(crowd, stack_of, monkeypatch):
    """Whatever is added to the schema and depends on the viewer must be seen by those who group viewers."""
    live, names = crowd
    town, services = live.town, live.town.parts.services
    first = await town.post("bea", "a thread of #things and @cid")
    post = await town.post("bea", "it goes on, @ada: https://example.org", reply_to=first)
    for name in ("dov", "fan1"):
        await services.likes.add(town.people[name], post)
        await services.bookmarks.add(town.people[name], first)
    await services.likes.add(town.people["fan2"], first)
    await town.follow("bea", "fan3", "ada")
    await town.follow("cid", "ada")
    await town.befriend("bea", "fan4")
    await town.befriend("fan5", "bea")
    await town.block("cid", "fan6")
    await town.mute("fan7", "cid")
    await town.deliver()
    names = [*names, "bea"]
    together = watch_sharing(monkeypatch)
    for fields in everything():
        added = f"... on TimelinePostAdded {{ cursor post {{ {fields} }} }}"
        sockets = await subscribed(live, stack_of, names, f"subscription {{ homeTimeline {{ __typename {added} }} }}")
        for times in range(2):
            together.clear()
            await announce(live, [post])
            for name, socket in sockets.items():
                event = (await socket.next(30))["post"]
                query = f'{{ post(id: "{encode("Post", post)}") {{ {fields} }} }}'
                alone: Any = await SCHEMA.execute(query, context_value=town.context(name))
                assert alone.errors is None
                wrong = {key: (event[key], value) for key, value in alone.data["post"].items() if event[key] != value}
                assert not wrong, (times, name)
            assert max(together) > 5


def watch_sharing(monkeypatch) -> list[int]:
    """Note for how many viewers each execution was."""
    counts: list[int] = []
    share = EventRound.share

    def noted(self, entry, outcome, members, since):
        counts.append(len(members))
        share(self, entry, outcome, members, since)

    monkeypatch.setattr(EventRound, "share", noted)
    return counts


async def test_a_selection_with_pages_is_executed_for_each(crowd, stack_of):
    live, names = crowd
    town = live.town
    post = await town.post("bea", "answered")
    await town.post("dov", "to all", reply_to=post)
    await town.block("fan1", "dov")
    await town.deliver()
    document = HOME.replace("text", "text replies(first: 5) { edges { node { text } } }")
    sockets = await subscribed(live, stack_of, names, document)
    await announce(live, [post])
    for name, socket in sockets.items():
        edges = (await socket.next(30))["post"]["replies"]["edges"]
        assert [edge["node"]["text"] for edge in edges] == ([] if name == "fan1" else ["to all"]), name


async def test_likes_mutes_and_follows_are_never_mixed_up(crowd, stack_of):
    """A thousand times at once, on shared events: each has only their own."""
    live, _ = crowd
    town = live.town
    services = town.parts.services
    count = examples(60)
    await town.follow("fan1", "cid")
    await town.mute("dov", "bea")
    topic = await services.muted_topics.mute(town.people["fan2"], TopicKind.WORD, "odd", None)
    assert topic
    posts = [await town.post("bea", "odd" if at % 2 else "even") for at in range(count)]
    mine = [await town.post("cid", "of cid") for _ in range(5)]
    for at, post in enumerate(posts):
        await services.likes.add(town.people[("ada", "fan1", "fan2")[at % 3]], post)
    await town.deliver()
    names = ["ada", "cid", "dov", "fan1", "fan2", "fan3"]
    sockets = await subscribed(live, stack_of, names, LIKES)
    await announce(live, posts)
    await announce(live, mine, author="cid")
    await announce(live, [marker := await town.post("bea", "marker")])
    for name in names:
        found = []
        while name != "dov" and (event := (await sockets[name].next(30))["post"])["id"] != post_id(marker):
            found.append((event["id"], event["viewerLikes"]))
        liked = {"ada": 0, "fan1": 1, "fan2": 2}.get(name)
        expected = [(post_id(post), at % 3 == liked) for at, post in enumerate(posts) if not (name == "fan2" and at % 2)]
        if name in {"cid", "fan1"}:
            expected += [(post_id(post), False) for post in mine]
        assert found == ([] if name == "dov" else expected), name


async def narrow(town, posts) -> list[str]:
    """Narrow what is written already of the posts, which are being written."""
    await until(lambda: posts)
    written = list(posts)
    for post in written:
        await town.set_audience("bea", post, Audience.CLOSE_FRIENDS)
    return written


CHANGES = {
    "block": (lambda town, _: town.block("bea", "ada"), lambda town: town.unblock("bea", "ada")),
    "unfollow": (lambda town, _: town.unfollow("ada", "bea"), None),
    "remove": (lambda town, _: town.parts.services.follows.remove_follower(town.people["bea"], town.people["ada"].id), None),
    "narrow": (narrow, None),
    "suspend": (lambda town, _: town.parts.suspension.suspend("bea"), lambda town: town.parts.suspension.restore("bea")),
}
"""Changes that exclude Ada from what Bea writes, or from some of it, and what undoes them beside following again."""


@pytest.mark.parametrize("change", CHANGES)
async def test_nothing_is_told_that_was_not_allowed_when_it_was_announced(serve, change):
    """Changes race with posts in flight; what is announced after a change holds is not told to whom it excludes."""
    live = await serve(stream_buffer=10_000)
    town, (exclude, include) = live.town, CHANGES[change]
    await town.follow("cid", "bea")

    async def excluded(posts) -> tuple[int, list[str] | None]:
        narrowed = await exclude(town, posts)
        seconds, microseconds = await town.parts.keyspace.command("TIME")
        return int(seconds) * 1_000 + int(microseconds) // 1_000, narrowed if change == "narrow" else None

    async def written(posts, text="in flight") -> None:
        with suppress(Unauthenticated):  # who is suspended writes no more
            for _ in range(3):
                posts.append(await town.post("bea", text))

    async with working(town.parts), live.socket("ada") as socket, live.socket("cid"):
        for _ in range(examples(12)):
            posts = list[str]()
            await town.follow("ada", "bea")
            after = list[str]()
            (since, narrowed), _ = await asyncio.gather(excluded(posts), written(posts))
            await written(after, "after")
            marker = post_id(await town.post("ada", "marker"))
            told = await told_until(socket, marker)
            assert (len(after) == 0) == (change == "suspend")
            assert told & set(map(post_id, after)) == (set(map(post_id, after)) if change == "narrow" else set())
            assert told <= set(map(post_id, [*posts, *after]))
            assert not told & await announced_after(live, since, posts if narrowed is None else narrowed)
            if include is not None:
                await include(town)


async def told_until(socket, marker: str) -> set[str]:
    """Give the global ids of the posts that are added before a marker."""
    told = set()
    while (event := await socket.next(30)).get("post", {}).get("id") != marker:
        if "post" in event:
            told.add(event["post"]["id"])
    return told


async def announced_after(live, since: int, posts) -> set[str]:
    """Give the global ids of those of the posts that were announced as new after a moment."""
    found = set()
    for entry in (await live.town.parts.live_stream.since(None, 100_000))[1]:
        payload = entry.fields.get(b"payload", b"").decode()
        if entry.fields.get(b"type") == PostCreated.type.encode() and int(entry.id.split(b"-")[0]) > since:
            found |= {post_id(post) for post in posts if post in payload}
    return found


def test_every_lookup_is_known_to_depend_on_facts_alone_or_on_more():
    """A new loader is shared between viewers only when somebody has thought about it."""
    made = {name for kind in Loaders.__mro__ for name, value in vars(kind).items() if type(value).__name__ == "once"}
    assert made - _OF_STATES == {"users_by_name", "list_totals"}
