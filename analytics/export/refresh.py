"""A refresh: what was noted is read anew from the graph, again for what came meanwhile, and becomes a snapshot.

    round:    wait until what happened before now is noted ──> take the notes ──> read these months from the graph
    at last:  take out what names nobody ──> write the manifest ──> switch `current` ──> give up the notes

The mark is when the last round began, less what clocks may differ. Killed anywhere, the next refresh finds the finished months
in the folder and takes the same notes again, with those that came since.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from analytics.errors import BrokenSnapshot, NoSnapshot, NotesLost
from analytics.export.building import Building, Source, remove_old
from analytics.export.catching_up import CatchingUp
from analytics.export.lock import held
from analytics.export.months import between, month_at, month_of
from analytics.export.of_person import MonthsOfPeople
from analytics.export.pages import Pages
from analytics.export.pseudonyms import Pseudonyms, destroy_keys
from analytics.export.reading import Reading
from analytics.export.references import tie
from analytics.export.stale import OF_PEOPLE, OF_POSTS, Stale
from analytics.snapshots import Snapshot
from clock import now_ms
from keyspace.analytics_notes import EVERYTHING, AnalyticsNotes, Begun

ROUNDS = 5
"""Rounds of a refresh at most: where more is noted meanwhile than is read, the next refresh goes on."""
SKEW = 5_000
"""Milliseconds that clocks of web processes may be ahead: the ids of events are made by them, and the mark by the clock here."""
SHORT = 5_000
"""Milliseconds: a round that took no longer is the last one, since the copy is that much behind at most."""

Report = Callable[[int, int, str], None]
"""Called with how many months are done, how many there are, and what is being done."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: the snapshot, how many files were written for it, and how many months were read in how many rounds."""

    snapshot: Snapshot
    files: int
    months: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """Writes the copy below a folder."""

    folder: Path
    pages: Pages
    notes: AnalyticsNotes
    catching_up: CatchingUp
    with_text: bool
    report: Report = lambda _done, _total, _what: None
    now: Callable[[], int] = now_ms

    async def run(self, *, everything: bool = False) -> Refreshed:
        """Write what changed, or everything anew, and return what was done.

        Raises:
            NotCaughtUp: what happened before was not noted in time.
            NotesLost: Redis lost its data meanwhile; the next refresh writes everything anew.
            RefreshRuns: another refresh is at work on the folder.
            SamePseudonym: the key of this epoch gives two people or posts the same one.
            Unavailable: the graph, Redis or the disk does not answer; the next refresh goes on.

        """
        with held(self.folder):
            last = self._last()
            epoch = month_at(self.now())
            names = Pseudonyms.of_epoch(self.folder, epoch)
            source = Source.now(epoch, names.key_id, await self._token(last), with_text=self.with_text)
            building = await self._begin(source, last, everything=everything)
            mark, months, rounds = await self._rounds(building, names)
            self.report(1, 1, "Looking for what names nobody")
            tie(building)
            files = self._written(building, last)
            begun = await self.notes.begun()
            if begun is None or begun.token != building.source.token:
                raise NotesLost
            snapshot = building.becomes(self.folder, mark, self.now())
            await self.notes.done(Begun(begun.token, snapshot.manifest.made_at))
            destroy_keys(self.folder, but=epoch)
            # Of an epoch that is over nothing stays: equal rows would join the pseudonyms of two epochs.
            remove_old(self.folder, snapshot, last if last is not None and last.manifest.epoch == epoch else None)
            return Refreshed(snapshot, files, months, rounds)

    def _last(self) -> Snapshot | None:
        try:
            return Snapshot.newest(self.folder)
        except (NoSnapshot, BrokenSnapshot):
            return None

    async def _token(self, last: Snapshot | None) -> str:
        """Return the token of the notes, nothing where they do not tell what changed since the last snapshot.

        A folder that was set back, as from a backup, has missed what was noted since.
        """
        begun = await self.notes.begun()
        made_at = 0 if last is None else last.manifest.made_at
        return begun.token if begun is not None and begun.made_at <= made_at else ""

    async def _begin(self, source: Source, last: Snapshot | None, *, everything: bool) -> Building:
        """Go on with what was begun, or begin with the last snapshot, or with nothing where that is of no use."""
        if source.token and not everything:
            if (begun := Building.resumed(self.folder, source)) is not None:
                return begun
            if last is not None and Source.of(last.folder) == source:
                return Building.begun(self.folder, source, last)
        anew = replace(source, token=secrets.token_hex(8))
        await self.notes.begin(anew.token)
        return Building.begun(self.folder, anew, None)

    async def _rounds(self, building: Building, names: Pseudonyms) -> tuple[int, int, int]:
        """Read what is stale until little is, and return the mark, and how many months were read in how many rounds."""
        read = 0
        for number in range(1, ROUNDS + 1):
            began = self.now()
            await self.catching_up.until(began)
            wanted = await self._wanted(building, began, first=number == 1)
            reading = Reading(self.pages, building, names, self.report)
            await reading.read(wanted)
            read += len(wanted)
            if self.now() - began <= SHORT:
                break
        return began - SKEW, read, number

    async def _wanted(self, building: Building, began: int, *, first: bool) -> set[tuple[str, str]]:
        """Return the months that are to be read: those that are not finished, and those of the notes."""
        notes = await self.notes.take(secrets.token_hex(8), again=first)
        if EVERYTHING in notes:
            building.forget()
        person, post = await self.pages.first_ids()
        now = month_at(began)
        people, posts = (between(month_of(id_), now) if id_ else [] for id_ in (person, post))
        everywhere = {*((table, month) for table in OF_PEOPLE for month in people)}
        everywhere |= {(table, month) for table in OF_POSTS for month in posts}
        stale = Stale.of(notes - {EVERYTHING})
        months = MonthsOfPeople(self.pages.graph, people, posts, self.pages.sizes.timeout)
        wanted = building.missing(everywhere) | stale.months
        for id_ in sorted(stale.people):
            if not everywhere <= wanted:
                wanted |= await months.of(id_)
        return wanted

    @staticmethod
    def _written(building: Building, last: Snapshot | None) -> int:
        """Return how many files are others than those of the last snapshot."""
        before = {} if last is None else last.manifest.parts
        return sum(
            part.rows > 0 and before.get(table, {}).get(month) != part for (table, month), part in building.finished.items()
        )
