"""Hashtags: the posts with one, and following them."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

import feeds.hashtags
from execution.declarations import Cost, RowsOf
from feeds.pipeline import Feed
from feeds.reader import Reader
from graph.rows.hashtags import HashtagRow
from graph.rows.posts import PostRow
from resolvers.context import Context
from resolvers.hashtags import named
from schema.fields import attribute, by_key, global_id, page
from schema.languages import Lang
from schema.nodes import Node
from schema.operations import mutation, public_query, query
from schema.payloads import Returned, returned
from schema.posts import PostConnection
from services.accounts.viewer import Viewer
from services.hashtags.follows import FOLLOWED_MOST

Name = Annotated[str, "In any case, with or without #."]


def _posts(reader: Reader, hashtag: HashtagRow, lang: Lang = None) -> Feed[PostRow]:
    return feeds.hashtags.hashtag_posts(reader, hashtag.name, lang)


@strawberry.type(description="A hashtag.")
class Hashtag(Node):
    """Shows a `HashtagRow`."""

    id: strawberry.ID = global_id("Hashtag")
    name: str = attribute("What hashtags are compared by: case-folded (`#Größe` is `grösse`), without the #; unique.")
    viewer_follows: bool = by_key("followed_hashtags", "name", "Whether the viewer follows it; false when nobody is signed in.")
    posts: PostConnection = page(
        _posts,
        "The posts with it that the viewer may see, newest first, replies among them, without what the viewer mutes. A new one "
        "is there within two seconds.",
        backward=True,
    )

    is_type_of = RowsOf(HashtagRow)


@public_query(Hashtag)
async def hashtag(_: Context, name: Name) -> HashtagRow:
    """A hashtag by its name, whether or not a post has it; INVALID_INPUT for what is no hashtag."""
    return named(name)


@query(list[Hashtag], cost=Cost(rows=FOLLOWED_MOST))
async def followed_hashtags(context: Context, _: Viewer) -> Sequence[HashtagRow]:
    """The hashtags that the viewer follows, newest first. Nobody else sees them."""
    return [HashtagRow(name) for name in await context.loaders.followed_hashtags.all()]


@mutation(
    takes="Which hashtag to follow.",
    gives={"hashtag": returned(Hashtag, "The hashtag.")},
    description=f"Follow a hashtag; twice is as good as once. Up to {FOLLOWED_MOST} at a time; one more is a CONFLICT.",
)
async def follow_hashtag(context: Context, viewer: Viewer, name: Name) -> Returned:
    """Follow a hashtag."""
    row = named(name)
    await context.services.hashtag_follows.follow(viewer, row.name)
    return {"hashtag": row}


@mutation(takes="Which hashtag to follow no longer.", gives={"hashtag": returned(Hashtag, "The hashtag.")})
async def unfollow_hashtag(context: Context, viewer: Viewer, name: Name) -> Returned:
    """Follow a hashtag no longer; twice is as good as once."""
    row = named(name)
    await context.services.hashtag_follows.unfollow(viewer, row.name)
    return {"hashtag": row}
