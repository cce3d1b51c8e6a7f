"""The rows that every server has in memory: written once to a file, so that all read the same."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import orjson

from cached_json import CachesJson
from stack.ports import LOOPBACK

POSTS = 40
PEOPLE = 50
AUTHORS = 12
"""People who wrote the posts: as on a real page, some of them several."""
LIKED_EVERY = 3
"""The viewer likes each third post."""
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class UserRow(CachesJson):
    """A person."""

    id: str
    handle: str
    display_name: str
    avatar_url: str | None
    bio: str
    follower_count: int
    verified: bool


@dataclass(frozen=True, slots=True)
class PostRow(CachesJson):
    """A post."""

    id: str
    author_id: str
    text: str
    created_at: datetime
    like_count: int
    reply_count: int
    repost_count: int
    lang: str


@dataclass(slots=True)
class EdgeRow:
    """A post on a page."""

    cursor: str
    node: PostRow


@dataclass(slots=True)
class PageInfoRow:
    """Whether there is more."""

    has_next_page: bool
    end_cursor: str | None


@dataclass(slots=True)
class ConnectionRow:
    """A page."""

    edges: list[EdgeRow]
    page_info: PageInfoRow


@dataclass(frozen=True, slots=True)
class Store:
    """All rows, and the lookups that a database would answer."""

    users: Mapping[str, UserRow]
    posts: Sequence[PostRow]
    liked: frozenset[str]

    @classmethod
    def made(cls) -> Self:
        """Make the rows, the same each time."""
        users = [_user(number) for number in range(PEOPLE)]
        posts = [_post(number) for number in range(POSTS)]
        return cls({user.id: user for user in users}, posts, frozenset(post.id for post in posts[::LIKED_EVERY]))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what was written."""
        found = orjson.loads(path.read_bytes())
        users = [UserRow(**row) for row in found["users"]]
        posts = [PostRow(**row | {"created_at": datetime.fromisoformat(row["created_at"])}) for row in found["posts"]]
        return cls({user.id: user for user in users}, posts, frozenset(found["liked"]))

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        rows: dict[str, Any] = {
            "users": [asdict(user) for user in self.users.values()],
            "posts": [asdict(post) for post in self.posts],
            "liked": sorted(self.liked),
        }
        path.write_bytes(orjson.dumps(rows))

    def page(self, first: int) -> ConnectionRow:
        """Return the newest posts."""
        rows = self.posts[:first]
        edges = [EdgeRow(row.id, row) for row in rows]
        return ConnectionRow(edges, PageInfoRow(len(self.posts) > first, rows[-1].id if rows else None))


def _user(number: int) -> UserRow:
    bio = f"I am number {number} and write about rivers, maps and birds."
    picture = f"http://{LOOPBACK}/pictures/{number}.webp"
    return UserRow(f"u{number}", f"user{number}", f"User Number {number}", picture, bio, number * 37, number % 3 == 0)


def _post(number: int) -> PostRow:
    text = "We went up to the lake early, and saw nobody until the way back in the evening. All of it was worth it."
    written = NOON - timedelta(minutes=7 * number)
    return PostRow(f"p{number}", f"u{number % AUTHORS}", text, written, number, number * 2, number * 3, "en")
