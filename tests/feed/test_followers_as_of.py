"""For whom a post for followers is: those who follow when they look, or those who have followed since it was written."""

import pytest

from graph.ids import milliseconds_of


@pytest.fixture
async def story(found_town):
    """Ada follows Bea before and after Bea's post, Cid only after it."""

    async def told(setting: str):
        town = found_town(followers_as_of=setting)
        await town.settle("ada", "bea", "cid")
        await town.follow("ada", "bea")
        post = await town.whisper("bea")
        await town.follow("cid", "bea")
        await town.deliver()
        # Within one millisecond both might come out the same.
        await town.parts.graph.driver.execute_query(
            "MATCH (:User {username: 'cid'})-[f:FOLLOWS]->() SET f.at = $after", after=milliseconds_of(post) + 1
        )
        await town.parts.keyspace.command("FLUSHALL")
        return town, post

    return told


async def test_as_of_reading_a_new_follower_sees_what_was_written_before(story):
    town, post = await story("reading")
    assert await town.ids("ada") == await town.ids("cid") == [post]


async def test_as_of_writing_a_new_follower_does_not(story):
    town, post = await story("writing")
    assert await town.ids("ada") == [post] and await town.ids("cid") == []
    assert await town.context("cid").loaders.posts.one(post) is None


async def test_as_of_writing_who_follows_anew_is_a_new_follower(story):
    town, post = await story("writing")
    await town.unfollow("ada", "bea")
    await town.follow("ada", "bea")
    assert await town.ids("ada") == []
    later = await town.whisper("bea")
    await town.deliver()
    assert await town.ids("ada") == await town.ids("cid") == [later]
    assert await town.ids("bea") == [later, post]
