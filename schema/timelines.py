"""The home timeline, its pages, and having it made anew; and the public timeline."""

from typing import Annotated

import strawberry

import feeds.public_timeline
from execution.declarations import Cost, Surcharge
from feeds.home import home
from feeds.langs import LANGS_MAX
from feeds.pipeline import Feed
from feeds.reader import Reader
from graph.rows.posts import PostRow
from resolvers.context import Context
from schema.inputs import IdOf
from schema.languages import Lang
from schema.operations import mutation, page_query
from schema.posts import PostConnection
from schema.users import the_viewer
from services.accounts.viewer import Viewer

_UPWARDS = 50
"""What reading home upwards is worth beside the page: all that stands above it is read, mostly one slice, 800 entries at most."""


def _home(
    reader: Reader,
    langs: Annotated[
        list[str] | None,
        strawberry.argument(
            description=f"Only posts in these languages, at most {LANGS_MAX} BCP 47 tags, of which the language counts: `pt` is "
            "as good as `pt-BR`. Posts whose language is not known stay, and the viewer's own. Null is all languages."
        ),
    ] = None,
) -> Feed[PostRow]:
    return home(reader, langs)


home_timeline = page_query(
    PostConnection,
    _home,
    "The viewer's home timeline, newest first: their own posts and those of the people they follow, without replies to others, "
    "what they and these people have reposted, and posts of anybody for everybody with a hashtag that the viewer follows, as "
    "`hashtags` of the edge tells. Each post is there once: at its newest repost by one of them, or at its own "
    "place. New posts and reposts never shift a page. By `last` and `before` it is read upwards, from up to 800 posts below its "
    "newest; from further down that is INVALID_INPUT.",
    backward=True,
    cost=Cost(surcharges=(Surcharge("last", weight=_UPWARDS),)),
)


def _public(reader: Reader, lang: Lang = None) -> Feed[PostRow]:
    return feeds.public_timeline.public_timeline(reader, lang)


public_timeline = page_query(
    PostConnection,
    _public,
    "What everybody may see of people whose account is not private, newest first, without replies to others. Who is signed in "
    "does not see whom they block or mute. A new post is there within two seconds.",
    backward=True,
    public=True,
)


@mutation(takes="Why the viewer's home timeline is to be made anew, if there is anything to say.", gives={"viewer": the_viewer()})
async def refresh_timeline(
    context: Context,
    viewer: Viewer,
    missing_post_id: Annotated[
        str | None, IdOf("Post"), "Global id of a post that should be on it and was not; it is noted for whoever runs the server."
    ] = None,
) -> None:
    """Have the viewer's home timeline made anew, for a client that doubts what it was given; then read its first page again.

    Timelines are right without it: it is not for pulling down to look for new posts. Too many are answered with RATE_LIMITED.
    """
    await context.services.timeline_refresh.run(viewer.key, missing_post_id)
