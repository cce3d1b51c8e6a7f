"""What happened in a town, in plain Python, and from it the truth of what everybody's home timeline holds."""

from dataclasses import dataclass, field

from graph.ids import LAST
from graph.rows.posts import Audience

Pairs = set[tuple[str, str]]
"""Who does something about whom."""
Entry = tuple[str, str | None, tuple[str, ...]]
"""A post of a home timeline, who reposted it, and the hashtags by which alone it stands there."""
Placed = tuple[str, str, str | None, tuple[str, ...]]
"""The same behind the id by which it stands at its place: its own, or that of the repost."""


@dataclass(slots=True)
class Written:
    """A post as a diary would have it."""

    id: str
    author: str
    home: bool
    audience: Audience = Audience.PUBLIC
    named: str = ""
    deleted: bool = False
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reposted:
    """A repost as a diary would have it."""

    id: str
    who: str
    post: Written


@dataclass(slots=True)
class Diary:
    """Who follows whom and which hashtags, who hides from whom and is private, what was written and what was reposted."""

    follows: Pairs = field(default_factory=set)
    friends: Pairs = field(default_factory=set)
    mutes: Pairs = field(default_factory=set)
    blocks: Pairs = field(default_factory=set)
    reposts_muted: Pairs = field(default_factory=set)
    hashtags: Pairs = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    posts: list[Written] = field(default_factory=list)
    reposts: list[Reposted] = field(default_factory=list)

    def happened(self, step: str, who: str, other: str) -> None:
        """Note that somebody did something about somebody: follow, unfollow, befriend, mute, unmute, block or unblock."""
        pair = (who, other)
        if step.endswith("mute"):
            self.reposts_muted.discard(pair)
        if step == "block":
            self.follows -= {pair, pair[::-1]}
            self.friends -= {pair, pair[::-1]}
        pairs = {"befriend": self.friends, "mute": self.mutes, "block": self.blocks}.get(step.removeprefix("un"), self.follows)
        (pairs.discard if step.startswith("un") else pairs.add)(pair)

    def replied(self, id_: str, who: str, parent: Written) -> Written:
        """Note a reply with the audience that it has by default, and return it.

        That is as wide as what it answers, but for the close friends of somebody else, and for the followers of somebody else
        who is private. Who is answered counts as mentioned.
        """
        own_thread, audience = parent.author == who, parent.audience
        if audience is Audience.CLOSE_FRIENDS and not own_thread:
            audience = Audience.MENTIONED
        elif audience is Audience.PUBLIC and parent.author in self.private and not own_thread:
            audience = Audience.FOLLOWERS
        named = "" if own_thread else parent.author
        self.posts.append(Written(id_, who, home=own_thread, audience=audience, named=named))
        return self.posts[-1]

    def blocked(self, one: str, other: str) -> bool:
        """Tell whether either blocks the other."""
        return not self.blocks.isdisjoint({(one, other), (other, one)})

    def sees(self, viewer: str, post: Written) -> bool:
        """Tell whether somebody sees a post."""
        if post.deleted or viewer == post.author:
            return not post.deleted
        nearer = (viewer, post.author) in self.follows or post.named == viewer
        chosen = {
            Audience.PUBLIC: post.author not in self.private or nearer,
            Audience.FOLLOWERS: nearer,
            Audience.CLOSE_FRIENDS: (post.author, viewer) in self.friends,
            Audience.MENTIONED: post.named == viewer,
        }
        return not self.blocked(viewer, post.author) and chosen[post.audience]

    def muted_reposts(self, who: str, other: str) -> None:
        """Note that somebody mutes what somebody reposts, and no longer all of them."""
        self.mutes.discard((who, other))
        self.reposts_muted.add((who, other))

    def may_repost(self, who: str, post: Written) -> bool:
        """Tell whether somebody may repost a post: one's own, and those of others that everybody may see."""
        is_open = post.audience is Audience.PUBLIC and (who == post.author or post.author not in self.private)
        return is_open and self.sees(who, post)

    def entries(self, viewer: str) -> list[Entry]:
        """Compute a home timeline: the posts, each with who reposted it and the hashtags, where it stands by these."""
        return [(post, who, hashtags) for _, post, who, hashtags in self.placed(viewer)]

    def placed(self, viewer: str, beginning: str = LAST) -> list[Placed]:
        """Compute the same with places, as a walk shows it that began when `beginning` was the newest."""
        own = {(viewer, viewer)}
        heard, repeated = self.follows - self.mutes | own, self.follows - self.mutes - self.reposts_muted | own
        found: list[Placed] = []
        for post in self.posts:
            if self.sees(viewer, post) and (viewer, post.author) not in self.mutes:
                places = [
                    (each.id, each.who)
                    for each in self.reposts
                    if each.post is post and (viewer, each.who) in repeated and each.id <= beginning
                ]
                if places:
                    entry, who = max(places)
                    found.append((entry, post.id, who, ()))
                elif post.home and (viewer, post.author) in heard:
                    found.append((post.id, post.id, None, ()))
                elif followed := self.followed_hashtags(viewer, post):
                    found.append((post.id, post.id, None, followed))
        return sorted(found, reverse=True)

    def followed_hashtags(self, viewer: str, post: Written) -> tuple[str, ...]:
        """Compute by which hashtags a post may stand on a timeline."""
        if not post.home or post.audience is not Audience.PUBLIC:
            return ()
        return tuple(each for each in post.hashtags if (viewer, each) in self.hashtags)

    def home(self, viewer: str) -> list[str]:
        """Compute a home timeline."""
        heard = self.follows - self.mutes | {(viewer, viewer)}
        found = [post for post in self.posts if post.home and (viewer, post.author) in heard and self.sees(viewer, post)]
        return sorted((post.id for post in found), reverse=True)
