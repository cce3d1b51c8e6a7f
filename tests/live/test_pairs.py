"""What is asked of the graph for many viewers who are each concerned by something else."""

from typing import Any

import pytest

from graph.driver import Graph
from keyspace.viewer_flags import LIKED
from keyspace.viewer_states import RELATIONSHIPS, Block, StateKey
from loaders import viewer_states
from loaders.relationships import ViewerRelationshipById
from loaders.viewer_flags import ViewerFlagById
from loaders.viewer_states import StateTable

COUNT = 12


@pytest.mark.parametrize(("most", "statements"), [(5_000, 2), (5, 6)])
async def test_no_pair_is_looked_up_that_was_not_asked(live, monkeypatch, most, statements):
    """Each viewer follows an author of their own, and likes the post of another: as many pairs as viewers, not their square."""
    town, services = live.town, live.town.parts.services
    names = [f"viewer{at}" for at in range(COUNT)]
    await town.settle(*names)
    people = [town.people[name] for name in names]
    posts = [await town.post(name, "a post") for name in names]
    for at, name in enumerate(names):
        await town.follow(name, names[(at + 1) % COUNT])
        await services.likes.add(people[at], posts[(at + 2) % COUNT])
    asked, read = list[int](), Graph.read

    async def noted(graph: Graph, name: str, /, **params: Any) -> Any:
        if "groups" in params:
            asked.append(sum(len(viewers) * len(ids) for viewers, ids in params["groups"]))
        return await read(graph, name, **params)

    monkeypatch.setattr(Graph, "read", noted)
    monkeypatch.setattr(viewer_states, "PAIRS_MOST", most)
    await town.parts.keyspace.command("FLUSHALL")
    table = StateTable(town.parts.graph, services.cache)
    for step in (1, 2):
        authors, theirs = people[step:] + people[:step], posts[step:] + posts[:step]
        states = {
            viewer.key: (StateKey(RELATIONSHIPS, author.id), StateKey(LIKED.name, post))
            for viewer, author, post in zip(people, authors, theirs, strict=True)
        }
        asked.clear()
        await table.ask({each.key: each.id for each in people}, [Block((key,), wanted) for key, wanted in states.items()])
        assert (len(asked), sum(asked)) == (statements, 2 * COUNT)
        for key, wanted in states.items():
            relationship, flag = table.known(key, wanted).values()
            assert (ViewerRelationshipById.decode(relationship).following_since is not None) == (step == 1)
            assert ViewerFlagById.decode(flag) == (step == 2)


async def test_many_viewers_of_one_id_are_asked_for_in_parts(live, monkeypatch):
    town = live.town
    names = [f"viewer{at}" for at in range(5)]
    await town.settle(*names)
    people = [town.people[name] for name in names]
    await town.follow("viewer4", "bea")
    monkeypatch.setattr(viewer_states, "PAIRS_MOST", 2)
    await town.parts.keyspace.command("FLUSHALL")
    table, wanted = StateTable(town.parts.graph, town.parts.services.cache), StateKey(RELATIONSHIPS, town.people["bea"].id)
    await table.ask({each.key: each.id for each in people}, [Block([each.key for each in people], [wanted])])
    follow = [ViewerRelationshipById.decode(table.known(each.key, [wanted])[wanted]).following_since for each in people]
    assert [since is not None for since in follow] == [False] * 4 + [True]
