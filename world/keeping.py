"""What people keep for themselves and show first: pinned posts, bookmarks in folders, and hashtags that they follow."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from graph.ids import id_at
from world.demo_post import DemoPost
from world.likes import Like
from world.logins import LEADS
from world.seeded_random import seeded_random
from world.society import Society
from world.times import DAY, PostingTimes

PINNING = 0.08
"""Share of those who write that have pinned posts."""
PINNED_MOST, PINNED_BY_LOG_INS = 3, 2
"""Most pinned posts of one person, as the product has it, and those of a demo log-in, at least, if they wrote so many."""
BOOKMARKS, FOLDED = 24, 8
"""Bookmarks of a demo log-in, and more for each of their folders."""
BOOKMARKS_OF_OTHERS = 2
"""Those of one who takes part in little."""
TAGS_OF_AN_INTEREST = 2
"""Hashtags that demo log-ins follow of each of their interests."""
FOLDERS_SINCE = 20 * DAY
"""Age in milliseconds of the folders of bookmarks."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of bookmarks; `owner` is an index of people."""

    id: str
    owner: int
    name: str
    created_at: int

    @property
    def name_key(self) -> str:
        """The form by which names of folders are compared, as the product has it."""
        return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", self.name).casefold())


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark; `owner` is an index of people, and `post` and `folder` are ids."""

    owner: int
    post: str
    at: int
    folder: str | None


@dataclass(frozen=True, slots=True)
class HashtagFollow:
    """A hashtag that somebody follows; `by` is an index of people."""

    by: int
    tag: str
    at: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """All of it. `pins` maps an index of people to the ids of posts, in their order."""

    pins: dict[int, list[str]]
    folders: list[Folder]
    bookmarks: list[Bookmark]
    hashtags: list[HashtagFollow]


def keeping_of(seed: int, society: Society, posts: Sequence[DemoPost], likes: Iterable[Like]) -> Keeping:
    """Generate what people pin, and what demo log-ins bookmark and follow."""
    rng = seeded_random(seed, "keeping")
    made = Keeping(_pins(rng, society, posts, Counter(like.post for like in likes)), [], [], [])
    for person, lead in zip(society.people, LEADS, strict=False):
        folders = {
            interest: Folder(_folder_id(rng, society), person.index, name, society.now_ms - FOLDERS_SINCE)
            for name, interest in lead.folders
        }
        made.folders.extend(folders.values())
        made.bookmarks.extend(_bookmarks(rng, society, person.index, posts, folders))
        made.hashtags.extend(
            HashtagFollow(person.index, tag, PostingTimes(society.now_ms).between(rng, person.created_at, society.now_ms))
            for interest in person.interests
            for tag in rng.sample(interest.tags, TAGS_OF_AN_INTEREST)
        )
    return made


def _pins(rng: Random, society: Society, posts: Sequence[DemoPost], likes: Counter[str]) -> dict[int, list[str]]:
    """Choose who pins what: of their posts those that are liked most."""
    written, log_ins = defaultdict(list), {person.index for person in society.log_ins}
    for post in posts:
        if post.reply_to is None:
            written[post.author].append(post.id)
    made = {}
    for author in sorted(written):
        chosen = rng.random() < PINNING
        if chosen or author in log_ins:
            best = sorted(written[author], key=lambda post: (-likes[post], post))
            made[author] = best[: rng.randint(PINNED_BY_LOG_INS if author in log_ins else 1, PINNED_MOST)]
    return made


def _bookmarks(
    rng: Random, society: Society, owner: int, posts: Sequence[DemoPost], folders: dict[str, Folder]
) -> Iterable[Bookmark]:
    """Choose posts of those whom somebody follows; those of an interest with a folder are in it."""
    followed = {*society.following[owner]}
    seen = [post for post in posts if post.author in followed and post.home]
    taken: set[int] = set()
    chosen = {post.id: post for post in rng.sample(seen, min(BOOKMARKS if folders else BOOKMARKS_OF_OTHERS, len(seen)))}
    for interest in folders:
        fitting = [post for post in seen if post.subject.name == interest]
        chosen |= {post.id: post for post in rng.sample(fitting, min(FOLDED, len(fitting)))}
    for post in chosen.values():
        folder = folders.get(post.subject.name)
        since = max(post.created_at, folder.created_at if folder else 0)
        at = PostingTimes(society.now_ms).between(rng, since, society.now_ms)
        while at in taken:  # pages are in the order of time
            at -= 1
        taken.add(at)
        yield Bookmark(owner, post.id, at, folder.id if folder else None)


def _folder_id(rng: Random, society: Society) -> str:
    return id_at(society.now_ms - FOLDERS_SINCE, rng.getrandbits(74))
