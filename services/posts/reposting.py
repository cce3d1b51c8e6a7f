"""Reposting posts of others, and one's own."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from errors import Forbidden, NotFound, Unauthenticated, Unavailable
from graph.ids import milliseconds_of, new_repost_id
from graph.rows.posts import Delivery, DeliveryReason, PostCounts, PostRow
from graph.rows.reposts import RepostRow
from keyspace.new_rows import NewRows
from keyspace.row_cache import REPOSTS, RowCache
from services.accounts.viewer import Viewer
from services.delivery.author_lists import AuthorLists
from services.events.attempt import Attempt
from services.events.command_writer import CommandWriter
from services.events.post_events import PostDeleted
from services.events.repost_events import PostReposted, PostUnreposted, RepostEvent, RepostsEnded

ENDED_AT_ONCE = 500
"""Reposts of a deleted post that one transaction ends, with one event of 45 kB."""


@dataclass(frozen=True, slots=True)
class Reposted:
    """A post with its counts, as a write has left them, and the viewer's repost of it."""

    post: PostRow
    counts: PostCounts
    repost: RepostRow


@dataclass(frozen=True, slots=True)
class Unreposted:
    """A post that the viewer does not repost, None if they may not see it any more; and its counts, None if it is gone."""

    post: PostRow | None
    counts: PostCounts | None


@dataclass(frozen=True, slots=True)
class Reposting:
    """Makes and ends reposts; to do either again changes nothing.

    `push_below` is the number of followers from which reposts are not pushed to all, as of posts. `cache` holds their rows.
    """

    writer: CommandWriter
    author_lists: AuthorLists
    cache: RowCache
    push_below: int

    async def add(self, viewer: Viewer, post: str, attempt: Attempt | None = None) -> Reposted:
        """Repost a post; it is on the viewer's own timeline at once, and on those of followers a moment later.

        Raises:
            Forbidden: the viewer may see the post, but it is not to be reposted.
            NotFound: the post is gone, or the viewer may not see it.
            TooManyWrites: the viewer has posted or reposted too much of late.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        id_ = new_repost_id(post)
        async with NewRows(self.cache, id_, (REPOSTS,)) as new:

            def before(row: Any) -> list[RepostEvent]:
                key, sees, columns, _, (followers, delivery, reason), author_key, _, of_post = row
                if not sees or columns is None:
                    return []
                of = _Of(viewer, key, PostRow.of(of_post).author_id, author_key)
                return [of.reposted(RepostRow.of(columns), followers, Delivery(delivery), DeliveryReason(reason))]

            def events(row: Any) -> list[RepostEvent]:
                new.look()
                is_new = row[3]
                return before(row) if is_new else []

            async def show(row: Any) -> None:
                key, _, columns, _, (_, delivery, _), *_ = row
                with suppress(Unavailable):
                    await asyncio.gather(
                        new.store({REPOSTS: columns}), self.author_lists.add(id_, key, Delivery(delivery))
                    )

            row = await self.writer.of_viewer(viewer.id).write(
                "reposts/add",
                events=events,
                unchanged=before,
                then=show,
                attempt=attempt,
                viewer=viewer.id,
                post=post,
                id=id_,
                at=milliseconds_of(id_),
                pushBelow=self.push_below,
            )
        if row is None:
            raise Unauthenticated
        _, sees, columns, *_, counts, of_post = row
        if not sees:
            raise NotFound("post")
        if columns is None:
            raise Forbidden("Only posts for everybody, of accounts that are not private, are reposted.")
        return Reposted(PostRow.of(of_post), PostCounts(*counts), RepostRow.of(columns))

    async def remove(self, viewer: Viewer, post: str) -> Unreposted:
        """End the viewer's repost of a post, whether they may see the post or not.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def before(row: Any) -> list[RepostEvent]:
            key, ended, (delivery, author_id, author_key), *_ = row
            # Which repost ended before is not known: its row is removed by the worker.
            of = _Of(viewer, key, author_id or "", author_key or 0)
            return [of.unreposted(ended or post, post, Delivery(delivery or Delivery.PUSH))]

        def events(row: Any) -> list[RepostEvent]:
            return [] if row[1] is None else before(row)

        writer = self.writer.of_viewer(viewer.id)
        row = await writer.write("reposts/remove", events=events, unchanged=before, viewer=viewer.id, post=post)
        if row is None:
            raise Unauthenticated
        *_, counts, of_post = row
        gone = None if of_post is None else PostRow.of(of_post)
        return Unreposted(gone, None if counts is None else PostCounts(*counts))

    async def post_deleted(self, event: PostDeleted) -> None:
        """End the reposts of a deleted post, so that none is read in vain: a handler, which may run twice."""

        def events(rows: Sequence[Any]) -> list[RepostsEnded]:
            if not rows:
                return []
            ids, user_ids, user_keys = (tuple(column) for column in zip(*rows, strict=True))
            return [
                RepostsEnded(
                    post_id=event.post_id, author_id=event.author_id, author_key=event.author_key,
                    repost_ids=ids, user_ids=user_ids, user_keys=user_keys,
                )
            ]

        while await self.writer.write("reposts/end", events=events, post=event.post_id, limit=ENDED_AT_ONCE):
            pass


@dataclass(frozen=True, slots=True)
class _Of:
    """Who reposts, and whose post it is."""

    viewer: Viewer
    key: int
    author_id: str
    author_key: int

    def reposted(self, repost: RepostRow, followers: int, delivery: Delivery, reason: DeliveryReason) -> PostReposted:
        return PostReposted(
            repost_id=repost.id, post_id=repost.post_id, author_id=self.author_id, author_key=self.author_key,
            user_id=self.viewer.id, user_key=self.key, delivery=delivery, followers=followers, reason=reason,
        )

    def unreposted(self, repost: str, post: str, delivery: Delivery) -> PostUnreposted:
        return PostUnreposted(
            repost_id=repost, post_id=post, author_id=self.author_id, author_key=self.author_key,
            user_id=self.viewer.id, user_key=self.key, delivery=delivery,
        )
