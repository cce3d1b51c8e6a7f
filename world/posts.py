"""Generates the posts of the demo world: single posts, threads and conversations."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from graph.ids import id_at
from world import conversations, speech
from world.conversations import Turn
from world.follows import Follow
from world.people import Person
from world.seeded_random import seeded_random
from world.speech import Saying
from world.times import PostingTimes
from world.words import Subject, subjects

OWN, THREADED = 0.56, 0.05
"""Shares of posts that begin a conversation, and that continue a thread of the same author; the rest are replies."""
FRIENDS = 0.08
"""Share of posts that mention a person whom the author follows."""
TO_ROOT = 0.35
"""Share of replies to the first post of a conversation; the others reply to one of the latest posts."""
SMALL_THINGS = 0.18
"""Share of posts about everyday things."""
FOLLOWERS_ONLY = 0.04
"""Share of the posts of public accounts that only followers may see."""
NATIVE_TRIES = 3
"""Attempts at a new text in the author's language, before English, which has more texts."""
VOICES_HEARD = 4
"""Number of latest posts of a conversation whose authors should not reply again."""
LONGEST = 40
"""Most posts of one conversation."""


@dataclass(frozen=True, slots=True)
class DemoPost:
    """One post. `author` and `mentions` are indexes of people; `reply_to` and `root` are ids."""

    id: str
    author: int
    text: str
    lang: str
    audience: str
    home: bool
    reply_to: str | None
    root: str | None
    tags: tuple[str, ...]
    mentions: tuple[int, ...]
    created_at: int


@dataclass(slots=True)
class _Conversation:
    """A post and its replies, while they are generated."""

    said: list[tuple[DemoPost, Turn]]


def posts_of(seed: int, people: list[Person], follows: Iterable[Follow], count: int, now_ms: int) -> list[DemoPost]:
    """Generate `count` posts in the order of time, the same for the same arguments."""
    return _Writer(seed, people, follows, now_ms).write(count)


class _Writer:
    """Generates the posts of one world."""

    def __init__(self, seed: int, people: list[Person], follows: Iterable[Follow], now_ms: int) -> None:
        self.rng = seeded_random(seed, "posts")
        self.people = people
        self.rhythm = PostingTimes(now_ms)
        self.by_username = {person.username: person.index for person in people}
        self.following: dict[int, list[int]] = defaultdict(list)
        self.followers: dict[int, list[int]] = defaultdict(list)
        for follow in follows:
            self.following[follow.follower].append(follow.followed)
            self.followers[follow.followed].append(follow.follower)
        self.everyday = next(subject for subject in subjects() if subject.name == speech.EVERYDAY)
        self.texts: set[str] = set()

    def write(self, count: int) -> list[DemoPost]:
        own, threaded = round(count * OWN), round(count * THREADED)
        voices = list(accumulate(person.voice for person in self.people))
        begun = [self._begin(self.rng.choices(self.people, cum_weights=voices)[0]) for _ in range(own)]
        # Replies and threads need an earlier post; if `count` is too small there are none.
        weights = list(accumulate(self._pull(conversation) for conversation in begun))
        for number in range(count - own):
            conversation = self._open(begun, weights)
            if number < threaded and conversation.said[-1][1].kind != speech.NATIVE:
                self._go_on(conversation)
            else:
                self._answer(conversation)
        posts = [post for conversation in begun for post, _ in conversation.said]
        return sorted(posts, key=lambda post: post.id)

    def _begin(self, author: Person) -> _Conversation:
        rng = self.rng
        everyday = rng.random() < SMALL_THINGS
        subject = self.everyday if everyday else rng.choice(author.interests)
        at = self.rhythm.moment(rng, author.culture.offset, author.created_at)
        saying = self._fresh(author, subject)
        audience = "FOLLOWERS" if author.private or rng.random() < FOLLOWERS_ONLY else "PUBLIC"
        post = self._post(author, saying, at, audience)
        return _Conversation([(post, Turn(author.index, None, saying.kind, saying.lang, subject))])

    def _fresh(self, author: Person, subject: Subject) -> Saying:
        """Write a post with a new text, if a few attempts find one."""
        rng = self.rng
        for attempt in range(2 * NATIVE_TRIES):
            if rng.random() < author.native and attempt < NATIVE_TRIES:
                saying = speech.native_post(rng, author.culture)
            else:
                friends = self.following[author.index]
                friend = self.people[rng.choice(friends)].username if friends and rng.random() < FRIENDS else None
                saying = speech.post(rng, subject, friend=friend)
            if saying.text not in self.texts:
                break
        self.texts.add(saying.text)
        return saying

    def _pull(self, conversation: _Conversation) -> float:
        """Return the weight of a conversation: it depends on the fame of its author, and on chance."""
        author = self.people[conversation.said[0][1].speaker]
        return math.sqrt(1 + len(self.followers[author.index])) * min(self.rng.paretovariate(1.1), 50.0)

    def _open(self, begun: list[_Conversation], weights: list[float]) -> _Conversation:
        for _ in range(20):
            conversation = self.rng.choices(begun, cum_weights=weights)[0]
            if len(conversation.said) < LONGEST:
                break
        return conversation

    def _go_on(self, conversation: _Conversation) -> None:
        """Add a post by the author to their thread, after its last post."""
        root, first = conversation.said[0]
        own = [post for post, turn in conversation.said if turn.speaker == first.speaker and post.home]
        saying = speech.continued(self.rng, first.subject)
        at = self.rhythm.answer(self.rng, own[-1].created_at)
        post = self._post(self.people[first.speaker], saying, at, root.audience, replies=(own[-1], root))
        conversation.said.append((post, Turn(first.speaker, first.speaker, saying.kind, saying.lang, first.subject)))

    def _answer(self, conversation: _Conversation) -> None:
        rng, root = self.rng, conversation.said[0][0]
        parent, said = conversation.said[0] if rng.random() < TO_ROOT else rng.choice(conversation.said[-3:])
        heard = {post.text for post, _ in conversation.said}
        for _ in range(4):
            kind = conversations.next_kind(rng, said)
            speaker = self._speaker(root, said, kind)
            saying = conversations.answer(rng, said, kind, speaker, self.people[said.speaker])
            if saying.text not in heard and all(turn.speaker != speaker.index for _, turn in conversation.said[-VOICES_HEARD:]):
                break
        at = self.rhythm.answer(rng, max(parent.created_at, speaker.created_at))
        audience = "FOLLOWERS" if speaker.private else root.audience
        post = self._post(speaker, saying, at, audience, replies=(parent, root))
        conversation.said.append((post, Turn(speaker.index, said.speaker, saying.kind, saying.lang, said.subject)))

    def _speaker(self, root: DemoPost, said: Turn, kind: str) -> Person:
        """Choose who replies: the addressed person if the kind requires it, else a follower of the first author."""
        rng, people = self.rng, self.people
        if kind in conversations.OWN_TURNS and said.spoken_to is not None and said.spoken_to != said.speaker:
            return people[said.spoken_to]
        pool = [index for index in self.followers[root.author] if index != said.speaker]
        if kind == speech.NATIVE:
            pool = [index for index in pool if people[index].culture.lang == said.lang] or pool
        pool = pool or [person.index for person in people[:50] if person.index != said.speaker]
        voices = list(accumulate(people[index].voice + 0.05 for index in pool))
        return people[rng.choices(pool, cum_weights=voices)[0]]

    def _post(
        self,
        author: Person,
        saying: Saying,
        at: int,
        audience: str,
        *,
        replies: tuple[DemoPost, DemoPost] | None = None,
    ) -> DemoPost:
        """Create a post; `replies` has the parent and the root of a reply."""
        parent, root = replies or (None, None)
        return DemoPost(
            id=id_at(at, self.rng.getrandbits(74)),
            author=author.index,
            text=saying.text,
            lang=saying.lang,
            audience=audience,
            home=parent is None or parent.author == author.index,
            reply_to=parent.id if parent else None,
            root=root.id if root else None,
            tags=saying.tags,
            mentions=tuple(self.by_username[name] for name in saying.mentions),
            created_at=at,
        )
