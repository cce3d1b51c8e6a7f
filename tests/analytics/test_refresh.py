"""Refreshes over the real graph: what changed between two, what stayed, and what became of those that were cut short."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import polars as pl
import pytest

from analytics.errors import BrokenSnapshot, NotCaughtUp, NotesLost, RefreshRuns
from analytics.export.lock import held
from analytics.export.months import after, between, first_ms, month_at
from analytics.export.pages import Pages
from analytics.export.refresh import SKEW
from analytics.export.stale import GROUP
from analytics.snapshots import CURRENT, MANIFEST, SNAPSHOTS
from bench.round_trips import RoundTrips
from clock import now_ms
from errors import RookeryError
from graph.ids import id_at
from graph.rows.posts import Audience
from keyspace.analytics_notes import EVERYTHING, AnalyticsNotes
from keyspace.event_stream import EventStream
from keyspace.keys import EVENTS
from parts import open_parts
from services.accounts.viewer import Viewer
from services.posts.writing import Draft
from services.stale_caches import StaleCaches
from tests.conftest import EMPTY
from tests.property_examples import examples
from tests.worlds.copies import Copy, elsewhere, shown_to_nobody
from tests.worlds.delivery import waiting
from tests.worlds.serving import settings_for
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT
from tests.worlds.working import working

PEOPLE = ("ada", "bea", "cid", "dov", "eve")
NOW = month_at(now_ms())
OLD, MIDDLE, NEW = MONTHS = [month for month in between("2026-01", NOW) if month != NOW][-3:]
"""The three months before this one: so many are enough to tell which are written."""


@pytest.fixture(scope="module")
async def town(stack, migrated, tmp_path_factory) -> AsyncIterator[Town]:
    """A process with the copy turned on, and people who signed up and wrote in three months."""
    parts = open_parts(settings_for(stack, tmp_path_factory.mktemp("town"), analytics=True, **PATIENT))
    async with parts.graph.driver.session() as session:
        await (await session.run(EMPTY)).consume()
    await parts.keyspace.command("FLUSHALL")
    town = Town(parts)
    await _settle(town)
    await _live(town)
    yield town
    await parts.close()


async def _settle(town: Town) -> None:
    people: list[dict[str, Any]] = [
        {
            "id": id_at(first_ms(MONTHS[at % len(MONTHS)]) + at, at), "username": name, "usernameKey": name, "displayName": name,
            "bio": "", "private": False, "discoverable": True, "state": "ACTIVE", "createdAt": 1,
        }
        for at, name in enumerate(PEOPLE)
    ]  # fmt: skip
    last, _ = await town.parts.graph.write("world/add_people", people=people)
    expires = datetime.now(UTC) + timedelta(minutes=15)
    for at, row in enumerate(people):
        town.people[row["username"]] = Viewer(row["id"], last + 1 + at, expires)


async def _live(town: Town) -> None:
    """Posts of three months and of today, follows, and what hangs on posts."""
    for month in MONTHS:
        rows = [[id_at(first_ms(month) + at, at), town.people[name].key, "Hello"] for at, name in enumerate(PEOPLE)]
        rest: list[Any] = [None, Audience.PUBLIC.value, True, None, None, [], [], first_ms(month)]
        await town.parts.graph.write("world/add_posts", rows=[[*row, *rest] for row in rows])
    for who in PEOPLE:
        await town.follow(who, *(name for name in PEOPLE if name != who))
    for post in await posts(town):
        for who in PEOPLE[:3]:
            await town.parts.services.likes.add(town.people[who], post)
            await town.repost(who, post)


async def posts(town: Town) -> list[str]:
    """Give the ids of the posts that strangers see, oldest first."""
    return sorted(row[0] for row in (await shown_to_nobody(town.parts))["posts"])


@pytest.fixture(scope="module")
def lasting(town: Town, tmp_path_factory) -> Copy:
    """A copy that is refreshed from test to test."""
    return Copy(town.parts, tmp_path_factory.mktemp("copy"))


@pytest.fixture
async def copy(town: Town, lasting: Copy) -> Copy:
    """A copy that is as the world."""
    await town.deliver()
    await lasting.refresh()
    return lasting


async def again(town: Town, copy: Copy) -> set[tuple[str, str]]:
    """Refresh after what happened was noted, and give which files are others; the copy is what strangers see."""
    while await waiting(town.parts.graph, 1):  # what is delivered may write events as well
        await town.deliver()
    before = copy.inodes()
    await copy.refresh()
    assert await copy.tables() == await shown_to_nobody(town.parts)
    now = copy.inodes()
    return {part for part in before.keys() | now.keys() if before.get(part) != now.get(part)}


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


@pytest.mark.parametrize("hide", ["private", "suspended", "lists"])
async def test_who_is_hidden_is_gone_and_comes_back_whole(town, copy, hide):
    before = await copy.tables()
    person = copy.names().person(town.people["bea"].id)
    if hide == "suspended":
        await town.parts.accounts.suspension.suspend("bea", "Test.")
    else:
        await town.choose("bea", **({"private": True} if hide == "private" else {"hide_followers": True, "hide_following": True}))
    await again(town, copy)
    if hide == "lists":
        assert person not in {name for row in copy.frame("follows").select("follower", "followed").rows() for name in row}
    else:
        assert person not in copy.cells()
    if hide == "suspended":
        await town.parts.accounts.suspension.restore("bea", "Test.")
    else:
        await town.choose("bea", private=False, hide_followers=False, hide_following=False)
    await again(town, copy)
    assert await copy.tables() == before


class Killed(BaseException):
    """What a refresh dies of."""


def dying(after_months: int):
    """Give a report that kills the refresh when so many months are read."""

    def report(done: int, _total: int, _what: str) -> None:
        if done == after_months:
            raise Killed

    return report


async def test_a_refresh_that_is_killed_is_gone_on_with(town, tmp_path):
    await town.deliver()
    copy = Copy(town.parts, tmp_path / "copy")
    total = 0
    for _ in range(2):
        with pytest.raises(Killed):
            await copy.refresh(report=dying(6))
        total += 6
    await town.parts.services.likes.remove(town.people["ada"], (await posts(town))[0])
    await town.deliver()
    done = await copy.refresh()
    whole = await elsewhere(copy, _redis(town), tmp_path / "whole")
    months = len([*MONTHS, NOW]) * 7
    # What was finished was not read again, but for the one month that a note named.
    assert months - total <= done.months <= months - total + 1
    assert done.snapshot.manifest.parts == whole.manifest.parts
    await town.parts.services.likes.add(town.people["ada"], (await posts(town))[0])


async def test_notes_of_a_refresh_that_was_killed_are_taken_again(town, copy):
    await town.parts.services.likes.remove(town.people["ada"], (await posts(town))[2])
    await town.deliver()
    with pytest.raises(Killed):
        await copy.refresh(report=dying(1))
    await town.parts.services.likes.add(town.people["ada"], (await posts(town))[2])
    assert await again(town, copy) <= {("likes", OLD)}


async def test_one_at_a_time(copy):
    with held(copy.folder), pytest.raises(RefreshRuns):
        await copy.refresh()


async def test_after_redis_was_emptied_everything_is_written_anew(town, copy):
    await town.parts.services.likes.remove(town.people["bea"], (await posts(town))[0])
    await town.outbox()
    await town.parts.keyspace.command("FLUSHALL")
    assert await copy.notes.waiting() is None
    assert await again(town, copy) != set()
    await town.parts.services.likes.add(town.people["bea"], (await posts(town))[0])
    assert await again(town, copy) == {("likes", OLD)}


async def test_a_copy_with_a_broken_manifest_is_written_anew(town, copy):
    (copy.snapshot.folder / MANIFEST).write_text("{}")
    with pytest.raises(BrokenSnapshot):
        _ = copy.snapshot
    assert (await copy.refresh()).months == 4 * 7
    assert await copy.tables() == await shown_to_nobody(town.parts)


async def test_a_folder_that_was_set_back_is_written_anew(town, copy):
    before = copy.folder / "before"
    copytree(copy.snapshot.folder, before)
    name, post = copy.snapshot.folder.name, (await posts(town))[0]
    await town.parts.services.likes.remove(town.people["bea"], post)
    await again(town, copy)  # what was noted of it is done
    rmtree(copy.folder / SNAPSHOTS)
    (copy.folder / SNAPSHOTS).mkdir()
    before.rename(copy.folder / SNAPSHOTS / name)
    (copy.folder / CURRENT).unlink()
    (copy.folder / CURRENT).symlink_to(Path(SNAPSHOTS) / name)
    assert await copy.tables() != await shown_to_nobody(town.parts)
    assert (await copy.refresh()).months == 4 * 7
    assert await copy.tables() == await shown_to_nobody(town.parts)
    await town.parts.services.likes.add(town.people["bea"], post)


async def test_after_an_import_everything_is_written_anew(town, copy):
    assert await copy.notes.waiting() == 0
    await StaleCaches(town.parts.writer, town.parts.redis).drop()
    assert await copy.notes.waiting() is None


async def test_redis_emptied_while_a_refresh_runs_leaves_the_copy_as_it_was(town, copy):
    class Emptied(AnalyticsNotes):
        async def take(self, round_, *, again):
            found = await super().take(round_, again=again)
            await self.keyspace.command("FLUSHALL")
            return found

    before = copy.snapshot
    with pytest.raises(NotesLost):
        await copy.refresh(notes=Emptied(copy.notes.keyspace))
    assert copy.snapshot == before
    await copy.refresh()


async def test_so_many_notes_become_one_that_stands_for_all(town, copy):
    few = AnalyticsNotes(copy.notes.keyspace, most=3)
    await few.note({f"likes/{OLD}", f"likes/{MIDDLE}"})
    assert await few.waiting() == 2
    await few.note({f"likes/{NEW}", f"posts/{NEW}"})
    await few.note({"person/x"})
    assert await few.waiting() is None
    assert await few.take("round", again=False) == {EVERYTHING}
    assert (await copy.refresh()).months == 4 * 7


async def test_a_new_month_has_other_pseudonyms_and_the_key_of_before_is_gone(town, copy):
    people, epoch = set(copy.frame("people")["person"]), copy.snapshot.manifest.epoch
    later = first_ms(after(epoch)) + 1
    before = copy.snapshot
    await copy.refresh()
    assert before.folder.exists()
    await copy.refresh(now=lambda: later)
    assert copy.snapshot.manifest.epoch == after(epoch)
    assert not people & set(copy.frame("people")["person"])
    assert [file.name for file in (copy.folder / "keys").iterdir()] == [after(epoch)]
    assert not before.folder.exists()


async def test_texts_by_a_setting(town, copy):
    await copy.refresh(with_text=True)
    assert set(copy.frame("posts")["text"]) == {"Hello"}
    await copy.refresh(with_text=False)
    assert set(copy.frame("posts")["text"]) == {None}


async def test_a_refresh_has_what_was_committed_before_it_began_where_a_worker_notes_it(town, copy):
    post = (await posts(town))[0]
    async with working(town.parts):
        for change in (town.parts.services.likes.remove, town.parts.services.likes.add):
            await change(town.people["cid"], post)
            await copy.refresh()
            liked = (town.people["cid"].id, post) in await copy.rows("likes", ("person", "post"))
            assert liked == (change == town.parts.services.likes.add)
    await town.parts.keyspace.command("FLUSHALL")


async def test_the_mark_leaves_room_for_clocks_that_are_ahead(town, copy):
    began = now_ms()
    await copy.refresh()
    assert copy.snapshot.manifest.mark <= now_ms() - SKEW
    assert copy.snapshot.manifest.mark >= began - SKEW


async def test_it_waits_for_what_is_not_noted_and_gives_up(town, copy):
    await town.parts.services.likes.remove(town.people["cid"], (await posts(town))[0])
    made = copy.made()
    impatient = {"catching_up": type(made.catching_up)(made.pages.graph, made.catching_up.events, 0.2)}
    with pytest.raises(NotCaughtUp, match="ROOKERY_ANALYTICS"):
        await copy.refresh(**impatient)
    await town.deliver()
    streams = EventStream(copy.notes.keyspace)
    await copy.notes.keyspace.command("XADD", EVENTS, "*", "id", "e1", "type", "none")
    assert not await streams.has_handled(GROUP, await streams.last())
    with pytest.raises(NotCaughtUp):
        await copy.refresh(**impatient)
    await copy.notes.keyspace.command("XGROUP", "CREATE", EVENTS, GROUP, "$")
    await copy.refresh(**impatient)
    await town.parts.services.likes.add(town.people["cid"], (await posts(town))[0])
    await copy.notes.keyspace.command("DEL", EVENTS)
    await again(town, copy)


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
    whole = await elsewhere(copy, _redis(town), tmp_path / "whole")
    assert copy.snapshot.manifest.parts == whole.manifest.parts


def _redis(town: Town) -> str:
    return town.parts.settings.redis_url.get_secret_value()
