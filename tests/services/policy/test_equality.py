"""Both forms of every rule agree on random worlds, for every viewer and every post and person."""

from dataclasses import replace
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.queries import Catalogue
from graph.rows.posts import Audience, QuoteRule, ReplyRule
from graph.rows.relationships import ViewerRelationship
from services.policy.rules import may_see_post
from tests.property_examples import examples
from tests.services.policy.asking import Asked, answers
from tests.services.policy.worlds import Edge, World, Written, user_id

EXAMPLES = examples(80)
"""Worlds that are made."""
MOST_PEOPLE, MOST_POSTS = 6, 8
MAX_SAFE_INTEGER = 9_007_199_254_740_991
"""Milliseconds at which a mute without end ends."""
NO_STATEMENTS = cast("Catalogue", {})

moments = st.integers(1, 5)
"""Few, so that a follow and a post's `followersAsOf` are often one before the other, and often the same."""
people = st.fixed_dictionaries(
    {"private": st.booleans(), "discoverable": st.booleans()},
    optional={
        "state": st.sampled_from(["DEACTIVATED", "SUSPENDED", "ACTIVE"]),
        "hideFollowers": st.booleans(),
        "hideFollowing": st.booleans(),
        "hideCounts": st.booleans(),
    },
)
posts = st.fixed_dictionaries(
    {"audience": st.sampled_from([each.value for each in Audience])},
    optional={
        "replies": st.sampled_from([each.value for each in ReplyRule]),
        "quotes": st.sampled_from([each.value for each in QuoteRule]),
        "followersAsOf": moments,
        "deletedAt": st.none() | moments,
    },
)
properties = {
    "FOLLOWS": st.fixed_dictionaries({"at": moments}),
    "REQUESTED": st.fixed_dictionaries({"at": moments}),
    "BLOCKS": st.fixed_dictionaries({"at": moments}),
    "MUTES": st.fixed_dictionaries({"at": moments, "repostsOnly": st.booleans()}, optional={"until": moments}),
    "CLOSE_FRIEND": st.fixed_dictionaries({"at": moments}),
}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Make worlds; whatever may be between two people may also be between one and themselves."""
    living = draw(st.lists(people, min_size=2, max_size=MOST_PEOPLE))
    places = st.integers(0, len(living) - 1)
    ends = draw(st.sets(st.tuples(st.sampled_from(sorted(properties)), places, places), max_size=4 * len(living)))
    edges = [Edge(type_, start, end, draw(properties[type_])) for type_, start, end in sorted(ends)]
    mentions = st.lists(places, unique=True, max_size=3)
    return World(living, edges, draw(st.lists(st.builds(Written, places, mentions, posts), max_size=MOST_POSTS)))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(world=worlds())
async def test_both_forms_agree_from_the_graph_and_from_redis(asked: Asked, world):
    await asked.write(world)
    expected = await asked.in_cypher(world)
    assert answers(await asked.checks(world)) == expected
    assert answers(await asked_while_cached(asked).checks(world)) == expected


@settings(max_examples=EXAMPLES // 3, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(world=worlds())
async def test_a_hydrated_page_holds_what_both_forms_show(asked: Asked, world):
    await asked.write(world)
    expected = await asked.rule_in_cypher(world, "may_see_post")
    for stores in (asked, asked, asked_while_cached(asked)):
        found = {}
        for loaders in stores.operations(world):
            viewer = loaders.visible_users.viewer
            hydrated = dict(zip(world.post_ids, await loaders.hydrate(world.post_ids), strict=True))
            checks = {of.post.id: of for of in await loaders.posts.checks(world.post_ids)}
            for id_, post in hydrated.items():
                found["may_see_post", viewer, id_] = post is not None
                assert may_see_post.holds(checks[id_]) is (post is not None)
        assert found == expected


@settings(max_examples=EXAMPLES // 3, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(world=worlds())
async def test_a_relationship_is_what_the_edges_say(asked: Asked, world):
    await asked.write(world)
    ids = world.user_ids
    for stores in (asked, asked_while_cached(asked)):
        for viewer, loaders in enumerate(stores.operations(world)[:-1]):
            found = await loaders.relationships.many(ids)
            assert found == [relationship(world, viewer, user) for user in range(len(ids))], user_id(viewer)
    nobody = asked.operations(world)[-1]
    assert set(await nobody.relationships.many(ids)) == {ViewerRelationship()}


def asked_while_cached(asked: Asked) -> Asked:
    """Give the same stores with a graph that cannot be asked, as cached rows need no graph."""
    return replace(asked, graph=replace(asked.graph, catalogue=NO_STATEMENTS))


def relationship(world: World, viewer: int, user: int) -> ViewerRelationship:
    """Read how two people stand off the edges of a world."""
    to = {edge.type: edge.properties for edge in world.edges if (edge.start, edge.end) == (viewer, user)}
    back = {edge.type for edge in world.edges if (edge.start, edge.end) == (user, viewer)}
    mute = to.get("MUTES")
    return ViewerRelationship(
        following_since=to["FOLLOWS"]["at"] if "FOLLOWS" in to else None,
        followed_by="FOLLOWS" in back,
        asked="REQUESTED" in to,
        asked_by="REQUESTED" in back,
        blocking="BLOCKS" in to,
        blocked_by="BLOCKS" in back,
        muted_until=0 if mute is None else mute.get("until", MAX_SAFE_INTEGER),
        mutes_reposts_only=mute is not None and mute["repostsOnly"],
        close_friend="CLOSE_FRIEND" in to,
        close_friend_of="CLOSE_FRIEND" in back,
    )
