"""A policy with one atom broken is caught by the same walk that finds nothing in the sound one."""

from dataclasses import replace

import pytest

from keyspace.rankings import RankingKind
from tests.leaks.broken import broken_rules, broken_statements
from tests.leaks.walk import OPERATIONS, Walk, leaks
from tests.leaks.world import World
from tests.worlds.town import Town

BROKEN = [
    ("user_active", True, "stranger"),
    ("viewer_is_user", True, "stranger"),
    ("blocked_either_way", False, "blocked"),
    ("blocked_either_way", False, "blocking"),
    ("viewer_follows_user", True, "stranger"),
    ("user_public", True, "nobody"),
    ("shows_followers", True, "stranger"),
    ("shows_following", True, "stranger"),
    ("shows_counts", True, "nobody"),
    ("post_live", True, "nobody"),
    ("audience_public", True, "stranger"),
    ("audience_followers", True, "follower"),
    ("audience_close_friends", True, "friend"),
    ("audience_mentioned", True, "mentioned"),
    ("viewer_is_follower", True, "stranger"),
    ("viewer_is_close_friend", True, "stranger"),
    ("viewer_mentioned", True, "stranger"),
]
"""Atoms, what they wrongly say, and who is then told too much. Those of replying, and whether somebody may be found, hide
nothing."""
STATEMENTS = [
    ("user_active", True, "degreesApart"),
    ("shows_following", True, "degreesApart"),
    ("user_public", True, "degreesApart"),
    ("viewer_is_close_friend", True, "nodes"),
]
"""Atoms in statements that are the only guard: of who is on a way between two people, and of what a post said before an edit."""


async def first_leak(walk, viewer, wanted):
    async for answer in walk.answers(viewer, wanted):
        if found := leaks(walk.world, answer):
            return found[0]
    return None


@pytest.mark.parametrize(("atom", "said", "viewer"), BROKEN)
async def test_a_broken_atom_is_found(walk, atom, said, viewer):
    with broken_rules(atom, said=said):
        assert await first_leak(walk, viewer, lambda made: made.root == "nodes") is not None
    assert await first_leak(walk, viewer, lambda made: made.root == "nodes" and not made.far) is None


def with_broken_statements(walk, world, parts, folder, atom, *, said):
    graph = replace(parts.graph, catalogue=broken_statements(folder, atom, said=said))
    services = replace(parts.services, graph=graph, paths=replace(parts.services.paths, graph=graph))
    town = Town(replace(parts, graph=graph, services=services), world.town.people)
    return Walk(World(town, world.posts, world.pictures, world.topics, world.folders), walk.pair)


@pytest.mark.parametrize(("atom", "said", "root"), STATEMENTS)
async def test_a_broken_atom_of_statements_is_found(walk, world, leak_parts, tmp_path, atom, said, root):
    broken = with_broken_statements(walk, world, leak_parts, tmp_path, atom, said=said)
    assert await first_leak(broken, "stranger", lambda made: made.root == root and not made.far) is not None


async def test_suggestions_leak_only_where_their_statement_and_their_reading_are_broken(walk, world, leak_parts, tmp_path):
    stranger = world.town.people["stranger"]
    broken = with_broken_statements(walk, world, leak_parts, tmp_path, "shows_followers", said=True)
    made = next(made for made in OPERATIONS if made.root == "peopleYouMayKnow" and "person {" in made.text)

    async def suggested(walk):
        await leak_parts.services.cache.invalidate([(RankingKind(viewer=stranger.key), stranger.id)])
        return {each["person"]["id"] for each in (await walk.ask("stranger", made, {})).data[made.root]}

    sound = await suggested(walk)
    assert await suggested(broken) == sound
    with broken_rules("shows_followers", said=True):
        assert await suggested(walk) == sound
        assert await suggested(broken) > sound
    await suggested(walk)  # which takes the place of what was cached
