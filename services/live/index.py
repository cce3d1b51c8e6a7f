"""Which subscribers an entry may concern: an index from topics to subscribers, small even where each follows hundreds."""

from collections.abc import Collection, Hashable, Iterable, Iterator

from services.live.subscriber import Subscriber

FEW = 32
"""Subscribers of a topic up to which they are searched one by one: most authors have few on a process, and a set is large."""


class Topic:
    """The subscribers of one topic."""

    __slots__ = ("_few", "_many", "key")

    def __init__(self, key: Hashable) -> None:
        """Begin with nobody."""
        self.key = key
        self._few: list[Subscriber] = []
        self._many: set[Subscriber] | None = None

    def __iter__(self) -> Iterator[Subscriber]:
        """Iterate over the subscribers."""
        return iter(self._few if self._many is None else self._many)

    def __len__(self) -> int:
        """Count the subscribers."""
        return len(self._few if self._many is None else self._many)

    def __contains__(self, subscriber: Subscriber) -> bool:
        """Return whether somebody is among them."""
        return subscriber in (self._few if self._many is None else self._many)

    def add(self, subscriber: Subscriber) -> bool:
        """Add a subscriber; return whether it was not there."""
        if self._many is not None:
            before = len(self._many)
            self._many.add(subscriber)
            return len(self._many) > before
        if subscriber in self._few:
            return False
        self._few.append(subscriber)
        if len(self._few) > FEW:
            self._many, self._few = set(self._few), []
        return True

    def remove(self, subscriber: Subscriber) -> None:
        """Remove a subscriber who is there."""
        if self._many is None:
            self._few.remove(subscriber)
        else:
            self._many.remove(subscriber)


class Index:
    """The topics that somebody subscribes to, and who does."""

    def __init__(self) -> None:
        """Begin with none."""
        self._topics: dict[Hashable, Topic] = {}
        self._subscribed: dict[Subscriber, list[Topic]] = {}

    def __len__(self) -> int:
        """Count the topics."""
        return len(self._topics)

    def __iter__(self) -> Iterator[Hashable]:
        """Iterate over the topics."""
        return iter(self._topics)

    @property
    def subscribers(self) -> Collection[Subscriber]:
        """All subscribers."""
        return self._subscribed.keys()

    def add(self, subscriber: Subscriber, keys: Iterable[Hashable]) -> None:
        """Let topics concern a subscriber from now on."""
        topics = self._subscribed.setdefault(subscriber, [])
        for key in keys:
            topic = self._topics.get(key)
            if topic is None:
                topic = self._topics[key] = Topic(key)
            if topic.add(subscriber):
                topics.append(topic)

    def drop(self, subscriber: Subscriber, key: Hashable) -> None:
        """Let a topic concern a subscriber no longer, if it does."""
        topic = self._topics.get(key)
        if topic is None or subscriber not in topic:
            return
        topic.remove(subscriber)
        self._subscribed[subscriber].remove(topic)
        if not topic:
            del self._topics[key]

    def remove(self, subscriber: Subscriber) -> None:
        """Let nothing concern a subscriber any more."""
        for topic in self._subscribed.pop(subscriber):
            topic.remove(subscriber)
            if not topic:
                del self._topics[topic.key]

    def count(self, subscribers: Iterable[Subscriber]) -> int:
        """Count the topics that concern some subscribers, for each of them."""
        return sum(len(self._subscribed[subscriber]) for subscriber in subscribers)

    def concerns(self, subscriber: Subscriber, key: Hashable) -> bool:
        """Return whether a topic concerns a subscriber."""
        topic = self._topics.get(key)
        return topic is not None and subscriber in topic

    def keys_of(self, subscriber: Subscriber) -> set[Hashable]:
        """Return what concerns a subscriber."""
        return {topic.key for topic in self._subscribed[subscriber]}

    def of(self, key: Hashable) -> Iterable[Subscriber]:
        """Return the subscribers of a topic."""
        return self._topics.get(key, ())
