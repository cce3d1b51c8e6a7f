"""In a cluster, what fills a cache is read from the member that writes: another one may not have the last change yet."""

from collections import defaultdict

import neo4j
import pytest

from feeds import pipeline
from feeds.followers import followers
from feeds.windows import Window


@pytest.fixture
async def routed(town, found_town, settings):
    """A process that asks its server where to read, as of a cluster."""
    process = found_town(neo4j_uri=settings.neo4j_uri.replace("bolt:", "neo4j:", 1), neo4j_connections="driver")
    process.people = town.people
    return process


@pytest.fixture
def access(routed, monkeypatch):
    """The access that each statement was run with: of any member, or of the one that writes."""
    driver, catalogue, found = routed.parts.graph.driver, routed.parts.graph.catalogue, defaultdict(set)
    names = {catalogue[name].text: name for name in catalogue}
    open_ = driver.session

    def session(**options):
        opened = open_(**options)
        run = opened.run

        async def recorded(query, *params):
            if query.text in names:
                found[names[query.text]].add(options["default_access_mode"])
            return await run(query, *params)

        monkeypatch.setattr(opened, "run", recorded)
        return opened

    monkeypatch.setattr(driver, "session", session)
    return found


async def test_what_fills_a_cache_is_read_from_the_leader_and_the_rest_from_anybody(town, routed, access):
    await town.post("bea")
    await town.follow("cid", "bea")
    reader = routed.reader("ada")
    bea = await reader.loaders.users_by_name.one("bea")
    await pipeline.page(reader, followers(reader, bea), Window(5))
    await reader.loaders.rankings.current(10)
    await reader.loaders.user_counts.one(bea.id)
    await routed.page("ada")
    filling = set(access)
    assert filling >= {"users/by_username", "follows/followers", "suggestions/people", "users/counts", "feed/build"}
    assert {name: access[name] for name in filling} == {name: {neo4j.WRITE_ACCESS} for name in filling}
    await pipeline.page(reader, followers(reader, bea), Window(None, last=5))
    assert access["follows/followers_backward"] == {neo4j.READ_ACCESS}
