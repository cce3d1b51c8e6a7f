"""Events of reposts, which are delivered as posts are."""

from dataclasses import dataclass

from graph.rows.posts import Delivery, DeliveryReason
from keyspace.list_heads import HOME_ENTRIES
from keyspace.row_cache import REPOSTS
from keyspace.viewer_flags import REPOSTED
from services.events.event import Event, Stale
from services.events.post_events import CountedFlagEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class RepostEvent(CountedFlagEvent):
    """`user_id` reposted a post of `author_id`, or does so no longer. `delivery` is how the repost comes to home timelines."""

    flag = REPOSTED

    repost_id: str
    author_key: int
    delivery: Delivery = Delivery.PUSH

    @property
    def entry_id(self) -> str:
        """The id that stands on home timelines."""
        return self.repost_id

    @property
    def sender_key(self) -> int:
        """The key of the person to whose followers it is delivered."""
        return self.user_key

    @property
    def home(self) -> bool:
        """Every repost belongs on home timelines."""
        return True

    def stale(self) -> Stale:
        """Return the flag, the counts of the post, and the head of the list of what the user posts and reposts."""
        flag = CountedFlagEvent.stale(self)
        return Stale(rows=[*flag.rows, (HOME_ENTRIES, self.user_id)], fields=flag.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReposted(RepostEvent, type="post.reposted"):
    """Somebody reposted a post. How it is delivered was decided for `reason` when they had so many `followers`."""

    followers: int = 0
    reason: DeliveryReason = DeliveryReason.FEW_FOLLOWERS


@dataclass(frozen=True, slots=True, kw_only=True)
class PostUnreposted(RepostEvent, type="post.unreposted"):
    """A repost ended: whoever made it took it back."""

    def stale(self) -> Stale:
        """Return the repost, too."""
        others = RepostEvent.stale(self)
        return Stale(rows=[*others.rows, (REPOSTS, self.repost_id)], fields=others.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepostsEnded(Event, type="post.reposts_ended"):
    """Reposts of a deleted post ended: hundreds at once, each in three lists at the same place, its id and who made it.

    Nothing is removed from home timelines, where rules hide them.
    """

    post_id: str
    author_id: str
    author_key: int
    repost_ids: tuple[str, ...]
    user_ids: tuple[str, ...]
    user_keys: tuple[int, ...]

    def stale(self) -> Stale:
        """Return the reposts, and of each person the flag and the head of the list of what they post and repost."""
        rows = [*((REPOSTS, id_) for id_ in self.repost_ids), *((HOME_ENTRIES, id_) for id_ in self.user_ids)]
        return Stale(rows=rows, fields=[REPOSTED.stale(key, self.post_id) for key in self.user_keys])
