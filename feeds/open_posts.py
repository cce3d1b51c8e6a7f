"""What feeds of anybody's posts have in common: what the viewer sees and does not mute, in one language or in all."""

from collections.abc import Sequence

from clock import now_ms
from feeds.reader import Reader
from graph.rows.mutes import MutedTopic, TopicKind
from graph.rows.posts import PostRow
from services.language_tags import checked_tag, language_of
from services.mutes.matching import Mutes


def language(lang: str | None) -> str | None:
    """Return the language of a BCP 47 tag without its region, in lower case: posts are sought by it. None is any language.

    Raises:
        InvalidInput: it is no tag.

    """
    return None if lang is None else language_of(checked_tag("lang", lang))


class OpenPosts:
    """Hydrates posts of anybody for a reader, and keeps out what they mute.

    A reader who asks for a hashtag is shown posts with it, though they mute it elsewhere.
    """

    __slots__ = ("_asked", "_mutes", "_reader")

    def __init__(self, reader: Reader, asked: str | None = None) -> None:
        """`asked` is the hashtag that the feed is of."""
        self._reader, self._asked = reader, asked
        self._mutes: Mutes | None = None

    async def hydrate(self, ids: Sequence[str]) -> Sequence[PostRow | None]:
        """Return the posts that the reader may see, None for the others, and look up what the rule needs to know of them."""
        loaders, viewer = self._reader.loaders, self._reader.viewer
        posts = await loaders.hydrate(ids)
        if viewer is not None:
            authors = [post.author_id for post in posts if post is not None and post.author_id != viewer.id]
            await loaders.relationships.many(authors)
            if self._mutes is None:
                topics = await loaders.muted_topics.one(viewer.id) or ()
                self._mutes = Mutes([topic for topic in topics if not self._is_asked(topic)], now_ms())
        return posts

    def shows(self, post: PostRow) -> bool:
        """Return whether the reader does not mute a post, which `hydrate` has returned, or its author."""
        viewer = self._reader.viewer
        if viewer is None or post.author_id == viewer.id:
            return True
        relationship = self._reader.loaders.relationships.known[post.author_id]
        return not (relationship.muted(now_ms()) or (self._mutes is not None and self._mutes.match(post)))

    def _is_asked(self, topic: MutedTopic) -> bool:
        return topic.kind is TopicKind.HASHTAG and topic.value == self._asked
