"""Who likes and who reposted a post: pages of these people, each with when they did, and a repost by which a post is shown."""

from datetime import datetime

import strawberry

from execution.declarations import RowsOf
from graph.rows.reposts import RepostRow
from schema.connections import connection_of
from schema.fields import attribute, by_key
from schema.users import User


@strawberry.type(description="Somebody's repost of a post, by which the post is shown.")
class Repost:
    """Shows a `RepostRow`."""

    reposter: User = by_key("users", "author_id", "Who reposted it.")
    reposted_at: datetime = attribute("When.", "created_at")
    other_count: int = by_key(
        "post_counts",
        "post_id",
        "How many others have reposted it, whether the viewer may see them or not.",
        shown=lambda counts, _: max(0, counts.reposts - 1),
    )

    is_type_of = RowsOf(RepostRow)


@connection_of(User, "a person", "people who like a post", {"liked_at": (datetime, attribute("When they liked it.", "since"))})
class LikerConnection:
    """A page of people who like a post."""


@connection_of(
    User, "a person", "people who reposted a post", {"reposted_at": (datetime, attribute("When they reposted it.", "since"))}
)
class ReposterConnection:
    """A page of people who reposted a post."""
