"""Entries of a home timeline, posts and reposts: each post once, at its newest repost that the viewer sees, or at its own place.

A post of somebody whom the viewer does not follow stands at its own place where it has a hashtag that they follow.

A repost that came above the beginning of a walk hides nothing on its later pages, where it is not shown either. Whoever reads
from the newest entry on has met every repost above an entry. Whoever begins further down gets those of the same posts from the
page script, which finds them in the lists by the ends of ids; of entries that come from the graph, the graph is asked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from clock import now_ms
from feeds.connection import Edge
from feeds.cursors import ListCursors
from feeds.home_rules import OnHome, prepare_home
from feeds.keysets import Place
from graph.driver import Graph
from graph.ids import LAST, end_of_post, is_of_repost, last_of
from graph.rows.posts import PostRow
from graph.rows.reposts import RepostRow
from keyspace.page_scripts import PASSED_MOST
from loaders.operation import Loaders


@dataclass(slots=True)
class Met:
    """What a reading of a home timeline has met so far.

    Attributes:
        began: above all that was written before the reading.
        beginning: the newest id of the walk: reposts above it are not of it.
        from_newest: whether it began with the newest entry.
        reposts: ids of reposts in what was read, and of those of the same posts that stand above it.
        from_graph: entries that came from the graph.
        hashtags: all that the viewer follows, as the lists say; None where that is not known.
        brought: the hashtags by which alone posts stand on the timeline, by the post.

    """

    began: str = field(default_factory=lambda: last_of(now_ms()))
    beginning: str = LAST
    from_newest: bool = False
    reposts: set[str] = field(default_factory=set)
    from_graph: set[str] = field(default_factory=set)
    hashtags: AbstractSet[str] | None = None
    brought: dict[str, Sequence[str]] = field(default_factory=dict)

    @property
    def follows_no_hashtag(self) -> bool:
        """Whether it is known that the viewer follows no hashtag."""
        return self.hashtags is not None and not self.hashtags


def edge_of_entry(loaders: Loaders, met: Met, cursors: ListCursors, place: Place, post: PostRow) -> Edge[PostRow]:
    """Return the edge of a post, with the repost by which it stands at a place, or the hashtags."""
    entry = str(place[0])
    if is_of_repost(entry):
        return Edge(cursors, place, post, loaders.reposts.known[entry])
    return Edge(cursors, place, post, None, met.brought.get(post.id, ()))


@dataclass(frozen=True, slots=True)
class OnceEach:
    """Shows the posts of entries to a viewer, by what a reading has `met`."""

    loaders: Loaders
    graph: Graph
    viewer: str
    met: Met

    async def show(self, entries: Sequence[str]) -> Sequence[PostRow | None]:
        """Return the posts of entries that stand on the viewer's home timeline, None for the others, in order."""
        above = self._of_the_same_posts(entries)
        posts = await self.loaders.hydrate_entries(entries, above)
        reposts = [row for row in map(self._repost, (*entries, *above)) if row is not None]
        await prepare_home(self.loaders, self.viewer, [post for post in posts if post is not None], reposts)
        rules = OnHome(self.loaders, self.viewer, await self._followed_hashtags(posts))
        newest: dict[str, str] = {}
        for repost in reposts:
            if rules.shows_repost(repost):
                newest[repost.post_id] = max(repost.id, newest.get(repost.post_id, ""))
        shown = [
            post if post is not None and self._stands(rules, entry, post, newest.get(post.id, "")) else None
            for entry, post in zip(entries, posts, strict=True)
        ]
        hidden = await self._hidden(self._unknown(entries, shown, above))
        return [None if entry in hidden else post for entry, post in zip(entries, shown, strict=True)]

    def _of_the_same_posts(self, entries: Sequence[str]) -> Sequence[str]:
        """Return the reposts met elsewhere that may be of the posts of these entries."""
        if not self.met.reposts:
            return ()
        ends = set(map(end_of_post, entries))
        return [id_ for id_ in self.met.reposts.difference(entries) if end_of_post(id_) in ends]

    def _repost(self, entry: str) -> RepostRow | None:
        return self.loaders.reposts.known[entry] if is_of_repost(entry) else None

    def _stands(self, rules: OnHome, entry: str, post: PostRow, newest: str) -> bool:
        """Return whether a post stands at an entry, and note by which hashtags, if by these alone.

        `newest` is its newest repost that the viewer sees, or empty: there it stands, and nowhere below.
        """
        if is_of_repost(entry):
            return entry == newest and rules.bears_reposts(post)
        if newest > entry:
            return False
        if rules(post):
            return True
        if hashtags := rules.by_hashtags(post):
            self.met.brought[post.id] = hashtags
        return bool(hashtags)

    async def _followed_hashtags(self, posts: Sequence[PostRow | None]) -> AbstractSet[str]:
        """Return the hashtags that the viewer follows. The lists have said so, but where they were not read.

        Then the graph is asked, if one of these posts is of somebody whom the viewer does not follow, and might have one.
        """
        if self.met.hashtags is not None:
            return self.met.hashtags
        rules = OnHome(self.loaders, self.viewer)
        if not any(post is not None and rules.may_be_by_hashtags(post) for post in posts):
            return frozenset()
        return frozenset(await self.loaders.followed_hashtags.all())

    def _unknown(self, entries: Sequence[str], posts: Sequence[PostRow | None], above: Sequence[str]) -> Mapping[str, str]:
        """Return the entries that stay and of which only the graph can tell, each with its post.

        A page script gives the newest reposts of a post: where the viewer sees none of these, some of which may be gone by now,
        there may be others. A post whose counts say so has none.
        """
        if self.met.from_newest:
            return {}
        given = Counter(map(end_of_post, above))
        counts, unknown = self.loaders.post_counts.known, dict[str, str]()
        for entry, post in zip(entries, posts, strict=True):
            if post is not None and (entry in self.met.from_graph or given[end_of_post(entry)] >= PASSED_MOST):
                count = counts.get(post.id)
                if count is None or count.reposts:
                    unknown[entry] = post.id
        return unknown

    async def _hidden(self, entries: Mapping[str, str]) -> AbstractSet[str]:
        """Ask the graph which entries stand once more, at a newer repost that the viewer sees."""
        if not entries:
            return frozenset()
        asked = [[post, entry] for entry, post in entries.items()]
        found = await self.graph.read(
            "feed/newer_reposts", viewer=self.viewer, beginning=self.met.beginning, entries=asked, now=now_ms()
        )
        return frozenset(found or ())
