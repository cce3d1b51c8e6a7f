"""The posts with a hashtag that the viewer may see, newest first."""

from collections.abc import Mapping
from typing import Any

from feeds.headed import Headed
from feeds.keysets import IdColumn, Keyset
from feeds.open_posts import OpenPosts, language
from feeds.paginate import Skeleton
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.posts import PostRow
from keyspace.list_heads import HASHTAG_POSTS

KEYSET = Keyset("hashtag", post=IdColumn())


def hashtag_posts(reader: Reader, name: str, lang: str | None = None) -> Feed[PostRow]:
    """Return the posts with a hashtag, by the name by which hashtags are compared; in one language, or in all.

    Raises:
        InvalidInput: the language is none.

    """
    wanted, open_posts = language(lang), OpenPosts(reader, asked=name)
    params: Mapping[str, Any] = {"tag": name} if wanted is None else {"tag": name, "lang": wanted}
    statement = "hashtags/page" if wanted is None else "hashtags/page_in_language"
    skeleton: Skeleton = from_statement(reader, KEYSET, statement, **params)
    if wanted is None:
        skeleton = Headed(reader, HASHTAG_POSTS, name, KEYSET, statement, params)
    backward = from_statement(reader, KEYSET, f"{statement}_backward", **params)
    owner = name if wanted is None else f"{name} {wanted}"
    return Feed(KEYSET, skeleton, open_posts.hydrate, rules=(open_posts.shows,), owner=owner, backward=backward)
