"""Who has not read for longest, of everybody: least active first, in bounded memory however many people there are."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence

from keyspace.activity import SHARD, Activity

BAND = 10_000
"""People that are sorted at once, or as many as read at the same minute: for each band the activity of all is read again."""
BATCH = 100
"""People of one step: their lists take about a megabyte."""


async def least_active(activity: Activity, since: int, until: int) -> AsyncIterator[tuple[int, Sequence[int]]]:
    """Yield batches of those who last read from one minute since 1970 until before another, and the last minute of each batch.

    Who is not known to have read is not among them.

    Raises:
        Unavailable: Redis does not answer.

    """
    numbers = await activity.numbers()
    counts: Counter[int] = Counter()
    for number in numbers:
        counts.update((await activity.shards([number]))[number])
    wanted = sorted(minute for minute in counts if max(1, since) <= minute < until)
    for first, last in _bands(wanted, counts):
        found: list[tuple[int, int]] = []
        for number in numbers:
            minutes = (await activity.shards([number]))[number]
            found += [(minute, number * SHARD + place) for place, minute in enumerate(minutes) if first <= minute <= last]
        found.sort()
        for start in range(0, len(found), BATCH):
            batch = found[start : start + BATCH]
            yield batch[-1][0], [viewer for _, viewer in batch]


def _bands(minutes: Iterable[int], counts: Counter[int]) -> list[tuple[int, int]]:
    """Return first and last minutes of successive bands that hold at least `BAND` people each, but for the last."""
    bands: list[tuple[int, int]] = []
    first, people = None, 0
    for minute in minutes:
        first = minute if first is None else first
        people += counts[minute]
        last = minute
        if people >= BAND:
            bands.append((first, last))
            first, people = None, 0
    if first is not None:
        bands.append((first, last))
    return bands
