"""What a post said before it was edited, newest first."""

from collections.abc import Sequence

from clock import milliseconds
from feeds.keysets import IntegerColumn, Keyset, Place
from feeds.paginate import EMPTY, Slice
from feeds.pipeline import Feed
from feeds.reader import Reader
from graph.rows.post_versions import PostVersion
from graph.rows.posts import PostRow

KEYSET = Keyset("post_versions", at=IntegerColumn())


def history(reader: Reader, post: PostRow) -> Feed[PostVersion]:
    """Return the versions of a post that the viewer may see; the statement asks the policy of each.

    A post that was never edited has none, and nothing is asked.
    """
    found: dict[str, PostVersion] = {}
    viewer = None if reader.viewer is None else reader.viewer.id

    async def skeleton(beyond: Place, limit: int) -> Slice:
        if post.edited_at is None:
            return EMPTY
        rows = await reader.graph.read("posts/versions", viewer=viewer, post=post.id, at=beyond[0], limit=limit) or ()
        versions = [PostVersion.of(row) for row in rows]
        found.update((each.version, each) for each in versions)
        places: list[Place] = [(milliseconds(each.written_at),) for each in versions]
        return Slice([each.version for each in versions], places, ended=len(versions) < limit)

    async def hydrate(names: Sequence[str]) -> Sequence[PostVersion | None]:
        return [found[name] for name in names]

    return Feed(KEYSET, skeleton, hydrate, owner=post.id)
