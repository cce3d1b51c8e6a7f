"""Refreshes that were cut short, and those that cannot know what changed: the next one makes the copy true."""

from pathlib import Path
from shutil import copytree, rmtree

import pytest

from analytics.errors import BrokenSnapshot, NotCaughtUp, NotesLost, RefreshRuns
from analytics.export.lock import held
from analytics.export.months import after, first_ms
from analytics.export.refresh import SKEW
from analytics.export.stale import GROUP
from analytics.snapshots import CURRENT, MANIFEST, SNAPSHOTS
from clock import now_ms
from keyspace.analytics_notes import EVERYTHING, AnalyticsNotes
from keyspace.event_stream import EventStream
from keyspace.keys import EVENTS
from services.stale_caches import StaleCaches
from tests.analytics.three_months import MIDDLE, MONTHS, NEW, NOW, OLD, again, posts, redis_of
from tests.worlds.copies import Copy, elsewhere, shown_to_nobody
from tests.worlds.working import working


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
    whole = await elsewhere(copy, redis_of(town), tmp_path / "whole")
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
