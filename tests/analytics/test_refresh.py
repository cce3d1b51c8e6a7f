"""Refreshes over the real graph: what changed between two, and what stayed."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest

from analytics.export.pages import Pages
from bench.round_trips import RoundTrips
from errors import RookeryError
from graph.rows.posts import Audience
from services.accounts.viewer import Viewer
from services.posts.writing import Draft
from tests.analytics.three_months import MIDDLE, MONTHS, NEW, NOW, OLD, PEOPLE, again, come_back, posts, purge, redis_of
from tests.property_examples import examples
from tests.worlds.copies import elsewhere, shown_to_nobody
from tests.worlds.town import Town


async def test_a_first_refresh_writes_what_strangers_see(town, copy):
    assert await copy.tables() == await shown_to_nobody(town.parts)
    manifest = copy.snapshot.manifest
    assert list(manifest.parts["likes"]) == list(MONTHS)
    assert manifest.parts["likes"][OLD].rows == len(PEOPLE) * 3
    assert copy.frame("posts")["text"].null_count() == copy.frame("posts").height
    assert all(at.minute == at.second == at.microsecond == 0 for at in copy.frame("likes")["at"])


async def test_nothing_is_written_where_nothing_happened_and_it_costs_little(town, copy):
    trips = RoundTrips.of(town.parts)
    before = copy.inodes()
    done = await copy.refresh()
    assert (copy.inodes(), done.files, done.months, done.rounds) == (before, 0, 0, 1)
    assert trips.graph == ["outbox/oldest", "analytics_export/bounds"]
    assert trips.redis == ["GET", "XINFO", "analytics_take", "GET", "analytics_done"]


async def test_a_refresh_of_a_month_reads_it_in_pages(town, copy):
    await town.parts.services.likes.remove(town.people["ada"], (await posts(town))[0])
    await town.deliver()
    trips = RoundTrips.of(town.parts)
    await copy.refresh()
    # Five posts in pages of three, with two or three likes each in pages of four.
    read = [name.removeprefix("analytics_export/") for name in trips.graph]
    assert read == ["outbox/oldest", "bounds", *["post_sizes"] * 2, *["likes"] * 5]
    await town.parts.services.likes.add(town.people["ada"], (await posts(town))[0])


async def test_who_likes_again_while_a_month_is_read_is_there_once(town, copy):
    """Five likes are read in two pages of four; who stands on the first likes again, and stands on the second as well."""
    post, likes = (await posts(town))[0], town.parts.services.likes
    added = [name for name in PEOPLE if name not in PEOPLE[:3]]
    for who in added:
        await likes.add(town.people[who], post)

    class Disturbed(Pages):
        async def _read(self, name, **params):
            rows = await super()._read(name, **params)
            if name == "likes" and params["posts"] == [post] and params["at"] == -1:
                for change in (likes.remove, likes.add):
                    await change(town.people["ada"], post)
            return rows

    await town.deliver()
    made = copy.made()
    await copy.refresh(pages=Disturbed(made.pages.graph, made.pages.sizes))
    likers = copy.frame("likes").filter(pl.col("post") == copy.names().post(post))["person"]
    assert sorted(likers) == sorted(copy.names().person(town.people[name].id) for name in PEOPLE)
    for who in added:
        await likes.remove(town.people[who], post)
    await again(town, copy)


async def test_each_change_rewrites_its_months_and_no_other(town, copy):
    ada, post = town.people["ada"], (await posts(town))[1]
    await town.parts.services.likes.remove(ada, post)
    assert await again(town, copy) == {("likes", OLD)}
    await town.unrepost("ada", post)
    assert await again(town, copy) == {("reposts", OLD)}
    await town.unfollow("bea", "ada")
    assert await again(town, copy) == {("follows", MIDDLE)}
    await town.parts.services.likes.add(ada, post)
    await town.repost("ada", post)
    await town.follow("bea", "ada")
    assert await again(town, copy) == {("likes", OLD), ("reposts", OLD), ("follows", MIDDLE)}


async def test_a_profile_rewrites_people_alone(town, copy):
    await town.parts.accounts.profiles.update_profile(town.people["cid"], {"bio": "Birds"})
    assert await again(town, copy) == {("people", NEW)}


async def test_a_block_ends_a_follow_in_the_copy_too(town, copy):
    await town.block("dov", "eve")
    changed = await again(town, copy)
    assert changed == {("follows", OLD), ("follows", MIDDLE)}
    await town.unblock("dov", "eve")
    await town.follow("dov", "eve")
    await town.follow("eve", "dov")
    await again(town, copy)


async def test_a_deleted_post_is_gone_from_every_table_with_what_named_it(town, copy):
    first = await town.post("ada", "About #birds and @bea")
    reply = await town.post("bea", "Yes", reply_to=first)
    quote = (await town.parts.services.writing.create(town.people["cid"], Draft("See", quote_of=first))).id
    await town.parts.services.likes.add(town.people["dov"], first)
    await again(town, copy)
    rows = {row[0]: row for row in await copy.rows("posts", ("post", "reply_to", "root", "quote_of"))}
    assert (rows[reply], rows[quote]) == ((reply, first, first, None), (quote, None, None, first))
    assert await copy.rows("hashtags", ("post", "hashtag")) == {(first, "birds")}
    await town.delete("ada", first)
    await again(town, copy)
    rows = {row[0]: row for row in await copy.rows("posts", ("post", "reply_to", "root", "quote_of"))}
    assert (rows[reply], rows[quote], first in rows) == ((reply, None, None, None), (quote, None, None, None), False)
    assert copy.names().post(first) not in copy.cells()
    for who, post in (("bea", reply), ("cid", quote)):
        await town.delete(who, post)


async def test_a_quote_that_is_detached_names_nothing_until_it_is_reattached(town, copy):
    first, quoting = await town.post("ada", "Birds"), town.parts.services.quoting
    quote = (await town.parts.services.writing.create(town.people["cid"], Draft("See", quote_of=first))).id
    await again(town, copy)
    for change, named in ((quoting.detach, None), (quoting.reattach, first)):
        await change(town.people["ada"], quote)
        assert await again(town, copy) == {("posts", NOW)}
        rows = {row[0]: row for row in await copy.rows("posts", ("post", "kind", "quote_of"))}
        assert rows[quote] == (quote, "QUOTE", named)
    for who, post in (("ada", first), ("cid", quote)):
        await town.delete(who, post)


async def test_a_post_that_is_deleted_and_purged_between_two_marks_is_gone(town, copy):
    await purge(town)  # what other tests deleted
    post = await town.post("ada", "About #birds and @bea")
    reply = await town.post("bea", "Yes", reply_to=post)
    await town.parts.services.likes.add(town.people["dov"], post)
    await town.repost("eve", post)
    await again(town, copy)
    assert copy.names().post(post) in copy.cells()
    await town.delete("ada", post)
    assert await purge(town) == 1
    await again(town, copy)
    assert copy.names().post(post) not in copy.cells()
    await town.delete("bea", reply)
    await again(town, copy)
    assert await purge(town) == 2  # and what stayed of the post that it answered
    assert await again(town, copy) == set()


@pytest.mark.parametrize("hide", ["private", "suspended", "deactivated", "lists"])
async def test_who_is_hidden_is_gone_and_comes_back_whole(town, copy, hide):
    before = await copy.tables()
    person = copy.names().person(town.people["bea"].id)
    if hide == "suspended":
        await town.parts.accounts.suspension.suspend("bea", "Test.")
    elif hide == "deactivated":
        await town.parts.accounts.deactivation.run(town.people["bea"], None, "127.0.0.1")
    else:
        await town.choose("bea", **({"private": True} if hide == "private" else {"hide_followers": True, "hide_following": True}))
    await again(town, copy)
    if hide == "lists":
        assert person not in {name for row in copy.frame("follows").select("follower", "followed").rows() for name in row}
    else:
        assert person not in copy.cells()
    if hide == "suspended":
        await town.parts.accounts.suspension.restore("bea", "Test.")
    elif hide == "deactivated":
        await come_back(town, "bea")
    else:
        await town.choose("bea", private=False, hide_followers=False, hide_following=False)
    await again(town, copy)
    assert await copy.tables() == before


@dataclass(frozen=True, slots=True)
class Chance:
    """Who does something by chance, to whom, and to which post, whose author is known."""

    town: Town
    who: str
    other: str
    post: str
    author: str
    yes: bool
    also: bool

    @property
    def viewer(self) -> Viewer:
        """Who does it."""
        return self.town.people[self.who]


STEPS: list[Callable[[Chance], Awaitable[Any]]] = [
    lambda by: by.town.follow(by.who, by.other),
    lambda by: by.town.unfollow(by.who, by.other),
    lambda by: by.town.block(by.who, by.other),
    lambda by: by.town.unblock(by.who, by.other),
    lambda by: by.town.post(by.who, f"About #birds and @{by.other}"),
    lambda by: by.town.post(by.who, "Yes", reply_to=by.post),
    lambda by: by.town.parts.services.writing.create(by.viewer, Draft("See", quote_of=by.post)),
    lambda by: by.town.parts.services.likes.add(by.viewer, by.post),
    lambda by: by.town.parts.services.likes.remove(by.viewer, by.post),
    lambda by: by.town.repost(by.who, by.post),
    lambda by: by.town.choose(by.who, private=by.yes),
    lambda by: by.town.choose(by.who, hide_followers=by.yes, hide_following=by.also),
    lambda by: by.town.set_audience(by.author, by.post, Audience.FOLLOWERS if by.yes else Audience.PUBLIC),
    lambda by: by.town.edit(by.author, by.post, f"Edited #trees @{by.other}"),
    lambda by: by.town.delete(by.author, by.post),
    lambda by: by.town.parts.accounts.suspension.suspend(by.who, "Test."),
    lambda by: by.town.parts.accounts.suspension.restore(by.who, "Test."),
    lambda by: by.town.unrepost(by.who, by.post),
    lambda by: by.town.parts.services.quoting.detach(by.viewer, by.post),
    lambda by: by.town.parts.services.quoting.reattach(by.viewer, by.post),
    lambda by: by.town.parts.accounts.deactivation.run(by.viewer, None, "127.0.0.1"),
    lambda by: come_back(by.town, by.who),
    lambda by: purge(by.town),
]


async def step(town: Town, chance: random.Random) -> None:
    """Do something by chance; what may not be done is not."""
    who, other = chance.sample(PEOPLE, 2)
    async with town.parts.graph.driver.session() as session:
        record = await (await session.run("MATCH (p:Post) WHERE p.deletedAt IS NULL RETURN collect([p.id, p.authorId])")).single()
    assert record is not None
    post, author = chance.choice(sorted(record[0]))
    names = {viewer.id: name for name, viewer in town.people.items()}
    with suppress(RookeryError):
        await chance.choice(STEPS)(Chance(town, who, other, post, names[author], chance.random() < 0.5, chance.random() < 0.5))


@pytest.mark.parametrize("seed", range(examples(2)))
async def test_what_is_refreshed_bit_by_bit_is_what_is_written_anew(town, copy, tmp_path, seed):
    chance = random.Random(seed)
    for _ in range(2):
        for _ in range(6):
            await step(town, chance)
        await again(town, copy)
    whole = await elsewhere(copy, redis_of(town), tmp_path / "whole")
    assert copy.snapshot.manifest.parts == whole.manifest.parts
