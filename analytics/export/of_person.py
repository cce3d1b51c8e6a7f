"""Which months hold what hangs on a person: they are read anew when somebody opens their account, or comes back."""

from collections.abc import Collection
from dataclasses import dataclass

from analytics.export.months import between, month_of, months_of_beginnings
from analytics.export.stale import OF_POSTS
from graph.driver import Graph

MOST = 10_000
"""Edges of each kind that are looked at for one person; of who has more, every month is read anew."""


@dataclass(frozen=True, slots=True)
class MonthsOfPeople:
    """Looks for these months in the graph. `people` and `posts` are all months in which there are some."""

    graph: Graph
    people: Collection[str]
    posts: Collection[str]
    timeout: float
    most: int = MOST

    async def of(self, id_: str) -> set[tuple[str, str]]:
        """Return tables and months.

        Where a stranger sees nothing of the person, that is the month of `people` alone: what named them goes with them.
        """
        own = month_of(id_)
        found = await self.graph.read("analytics_export/of_person", id=id_, most=self.most, timeout=self.timeout)
        if found is None:
            return {("people", own)}
        posts, likes, reposts, mentions, followers = found
        written = self._months(posts, self.posts)
        # Their posts are named by later ones, which answer and quote them.
        naming = between(min(written), max(self.posts, default="")) if written else []
        return {
            ("people", own),
            ("follows", own),
            *(("follows", month) for month in self._months(followers, self.people)),
            *((table, month) for table in OF_POSTS for month in written),
            *(("posts", month) for month in naming),
            *(("likes", month) for month in self._months(likes, self.posts)),
            *(("reposts", month) for month in self._months(reposts, self.posts)),
            *(("mentions", month) for month in self._months(mentions, self.posts)),
        }

    def _months(self, found: tuple[int, list[str]], all_: Collection[str]) -> set[str]:
        count, beginnings = found
        return set(all_) if count >= self.most else months_of_beginnings(beginnings)
