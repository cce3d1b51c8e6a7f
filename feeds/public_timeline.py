"""The public timeline: posts for everybody by people whose account is open, without replies to others, newest first."""

from collections.abc import Mapping
from typing import Any

from feeds.headed import Headed
from feeds.keysets import IdColumn, Keyset
from feeds.open_posts import OpenPosts, language
from feeds.paginate import Skeleton
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.posts import Audience, PostRow
from keyspace.list_heads import PUBLIC_POSTS

KEYSET = Keyset("public", post=IdColumn())


def public_timeline(reader: Reader, lang: str | None = None) -> Feed[PostRow]:
    """Return the public timeline as anybody may read it, signed in or not; in one language, or in all.

    Raises:
        InvalidInput: the language is none.

    """
    wanted, open_posts = language(lang), OpenPosts(reader)
    params: Mapping[str, Any] = {} if wanted is None else {"lang": wanted}
    statement = "public_timeline/page" if wanted is None else "public_timeline/page_in_language"
    skeleton: Skeleton = from_statement(reader, KEYSET, statement, **params)
    if wanted is None:
        skeleton = Headed(reader, PUBLIC_POSTS, "", KEYSET, statement, params)
    backward = from_statement(reader, KEYSET, f"{statement}_backward", **params)

    def is_public(post: PostRow) -> bool:
        """Return whether a post is still for everybody, and its author's account open: an id stays in the head for a moment."""
        author = reader.loaders.users.known[post.author_id]
        return post.home and post.audience is Audience.PUBLIC and author is not None and not author.private

    rules = (is_public, open_posts.shows)
    return Feed(KEYSET, skeleton, open_posts.hydrate, rules=rules, owner=wanted or "", backward=backward)
