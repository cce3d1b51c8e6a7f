"""Whether a post is about something that somebody mutes."""

from collections.abc import Sequence

from graph.rows.mutes import MutedTopic, TopicKind
from graph.rows.posts import PostRow
from services.mutes.words import phrase, words_of
from services.posts import entities


class Mutes:
    """The topics that somebody mutes now, prepared to be compared with many posts."""

    def __init__(self, topics: Sequence[MutedTopic], now: int) -> None:
        """Prepare the topics that have not ended; `now` is in milliseconds since 1970 UTC."""
        lasting = [topic for topic in topics if topic.until is None or topic.until > now]
        self._threads = frozenset(topic.value for topic in lasting if topic.kind is TopicKind.THREAD)
        self._hashtags = frozenset(topic.value for topic in lasting if topic.kind is TopicKind.HASHTAG)
        phrases = [words_of(topic.value) for topic in lasting if topic.kind is TopicKind.WORD]
        self._words = frozenset(words[0] for words in phrases if len(words) == 1)
        self._phrases = [phrase(words) for words in phrases if len(words) > 1]
        self._any = bool(lasting)

    def match(self, post: PostRow) -> bool:
        """Return whether a post is in a muted thread, has a muted hashtag or contains a muted word, also in its warning."""
        if not self._any:
            return False
        if post.id in self._threads or post.root_id in self._threads:
            return True
        if self._hashtags and not self._hashtags.isdisjoint(entities.hashtags(post.text)):
            return True
        if not (self._words or self._phrases):
            return False
        return self._says(post.text) or (bool(post.warning) and self._says(post.warning))

    def _says(self, text: str) -> bool:
        words = words_of(text)
        if not self._words.isdisjoint(words):
            return True
        written = phrase(words) if self._phrases else ""
        return any(each in written for each in self._phrases)
