"""An event is executed once for all viewers of whom the same holds; each still gets exactly their own."""

from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type

from bench.round_trips import RoundTrips
from execution.declarations import Call, declaration_of
from graph.rows.mutes import TopicKind
from loaders.operation import Loaders
from loaders.viewer_states import _OF_STATES
from resolvers.event_round import EventRound
from resolvers.global_ids import encode
from schema.build import build_schema
from services.posts.writing import Draft
from tests.live.announcing import announce
from tests.live.clients import HOME
from tests.live.conftest import post_id, subscribed
from tests.property_examples import examples
from tests.worlds.waiting import until
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
    inner: dict[str, Any] = {name: get_named_type(post.fields[name].type) for name in ("author", "replyTo", "mentions", "quote")}
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
    others = {"lease_hold", "lease_release", "fan_out_begin", "live_announce", "live_since"}
    own = [name for name in trips.redis if name not in others]
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
    quoted = await town.post("cid", "what @dov says")
    draft = Draft("it goes on, @ada: https://example.org", first, quote_of=quoted)
    post = (await services.writing.create(town.people["bea"], draft)).id
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


def test_every_lookup_is_known_to_depend_on_facts_alone_or_on_more():
    """A new loader is shared between viewers only when somebody has thought about it."""
    made = {name for kind in Loaders.__mro__ for name, value in vars(kind).items() if type(value).__name__ == "once"}
    of_one = {"users_by_name", "list_totals", "rankings", "suggestions", "own_personal_tokens", "media_choices"}
    of_one |= {"followed_hashtags", "bookmark_folders", "own_bookmark_folders"}  # of their viewer alone
    of_one |= {"held_rankings", "ranking_holder", "reply_rankings", "tree_rankings"}  # ranked by whom the viewer follows
    assert made - _OF_STATES == of_one
