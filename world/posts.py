"""Generates the posts of the demo world: single posts, threads and conversations."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, chain

from world import conversations, debates, speech
from world.conversations import Turn
from world.demo_post import Conversation, DemoPost
from world.people import Person
from world.post_maker import PostMaker, audience_of
from world.quotes import QUOTED, Quoters, quote
from world.seeded_random import seeded_random
from world.society import Society
from world.speech import Saying
from world.times import PostingTimes
from world.words import Subject, subjects

OWN, THREADED = 0.56, 0.05
"""Shares of posts that begin a conversation, with those that quote, and that continue a thread; the rest are replies."""
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
TRIES = 5
"""Attempts at a reply that the conversation has not heard, by somebody who may see what they answer."""
VOICES_HEARD = 4
"""Number of latest posts of a conversation whose authors should not reply again."""
LONGEST = 40
"""Most posts of one conversation."""


ADVERTS = 1
"""Debates in which the author hides a reply."""


def posts_of(seed: int, society: Society, count: int) -> list[DemoPost]:
    """Generate `count` posts in the order of time, the same for the same arguments."""
    return _Writer(seed, society).write(count)


class _Writer:
    """Generates the posts of one world."""

    def __init__(self, seed: int, society: Society) -> None:
        self.rng = seeded_random(seed, "posts")
        self.society = society
        self.people = society.people
        self.rhythm = PostingTimes(society.now_ms)
        self.maker = PostMaker(self.rng, {person.username: person.index for person in self.people})
        self.everyday = next(subject for subject in subjects() if subject.name == speech.EVERYDAY)
        self.texts: set[str] = set()

    def write(self, count: int) -> list[DemoPost]:
        own, quotes, threaded = round(count * OWN), round(count * QUOTED), round(count * THREADED)
        lengths = debates.lengths(self.rng, count - own)
        debating = debates.authors(self.society, len(lengths))
        voices = list(accumulate(person.voice for person in self.people))
        alone = own - quotes - len(lengths)
        begun = [self._begin(self.rng.choices(self.people, cum_weights=voices)[0]) for _ in range(alone)]
        debated = [
            debates.debate(self.rng, self.society, self.maker, author, length, adverts=number < ADVERTS)
            for number, (author, length) in enumerate(zip(debating, lengths, strict=True))
        ]
        begun += self._quotes(begun, quotes)
        # Replies and threads need an earlier post; if `count` is too small there are none.
        weights = list(accumulate(self._pull(conversation) for conversation in begun))
        written = sum(map(len, debated)) + sum(len(conversation.said) for conversation in begun)
        for number in range(count - written):
            conversation = self._open(begun, weights)
            if number < threaded and conversation.first.kind != speech.NATIVE:
                self._go_on(conversation)
            else:
                self._answer(conversation)
        posts = [post for conversation in begun for post, _ in conversation.said]
        return sorted(chain(posts, *debated), key=lambda post: post.id)

    def _quotes(self, begun: Sequence[Conversation], count: int) -> list[Conversation]:
        open_ones = [each for each in begun if each.root.audience == "PUBLIC" and not self.people[each.root.author].private]
        weights = list(accumulate(self._pull(each) ** 2 for each in open_ones))
        made = []
        for quoting in Quoters(self.rng, self.society, open_ones, weights).quotings(count):
            saying, by = quote(self.rng, quoting.of, quoting.by), quoting.by
            post = self.maker.post(by, saying, quoting.at, audience_of(by), quoting.of.first.subject, quotes=quoting.of.root)
            post = replace(post, quote_detached_at=quoting.detached_at)
            self.texts.add(saying.text)
            turn = Turn(by.index, None, saying.kind, saying.lang, quoting.of.first.subject)
            made.append(Conversation([(post, turn)]))
        return made

    def _begin(self, author: Person) -> Conversation:
        rng = self.rng
        everyday = rng.random() < SMALL_THINGS
        subject = self.everyday if everyday else rng.choice(author.interests)
        at = self.rhythm.moment(rng, author.culture.offset, author.created_at)
        saying = self._fresh(author, subject)
        audience = "FOLLOWERS" if rng.random() < FOLLOWERS_ONLY else audience_of(author)
        post = self.maker.post(author, saying, at, audience, subject)
        return Conversation([(post, Turn(author.index, None, saying.kind, saying.lang, subject))])

    def _fresh(self, author: Person, subject: Subject) -> Saying:
        """Write a post with a new text, if a few attempts find one."""
        rng = self.rng
        for attempt in range(2 * NATIVE_TRIES):
            if rng.random() < author.native and attempt < NATIVE_TRIES:
                saying = speech.native_post(rng, author.culture)
            else:
                friends = self.society.following[author.index]
                friend = self.people[rng.choice(friends)].username if friends and rng.random() < FRIENDS else None
                saying = speech.post(rng, subject, friend=friend)
            if saying.text not in self.texts:
                break
        self.texts.add(saying.text)
        return saying

    def _pull(self, conversation: Conversation) -> float:
        """Return the weight of a conversation: it depends on the fame of its author, and on chance."""
        author = self.people[conversation.first.speaker]
        return math.sqrt(1 + len(self.society.followers[author.index])) * min(self.rng.paretovariate(1.1), 50.0)

    def _open(self, begun: list[Conversation], weights: list[float]) -> Conversation:
        for _ in range(20):
            conversation = self.rng.choices(begun, cum_weights=weights)[0]
            if len(conversation.said) < LONGEST:
                break
        return conversation

    def _go_on(self, conversation: Conversation) -> None:
        """Add a post by the author to their thread, after its last post."""
        root, first = conversation.root, conversation.first
        own = [post for post, turn in conversation.said if turn.speaker == first.speaker and post.home]
        saying = speech.continued(self.rng, first.subject)
        at = self.rhythm.answer(self.rng, own[-1].created_at)
        post = self.maker.post(self.people[first.speaker], saying, at, root.audience, first.subject, replies=(own[-1], root))
        conversation.said.append((post, Turn(first.speaker, first.speaker, saying.kind, saying.lang, first.subject)))

    def _answer(self, conversation: Conversation) -> None:
        rng, root = self.rng, conversation.root
        heard = {post.text for post, _ in conversation.said}
        for attempt in range(TRIES):
            parent, said = self._answered(conversation) if attempt < TRIES - 1 else conversation.said[0]
            kind = conversations.next_kind(rng, said)
            speaker = self._speaker(root, said, kind)
            saying = conversations.answer(rng, said, kind, speaker, self.people[said.speaker])
            voices = [turn.speaker for _, turn in conversation.said[-VOICES_HEARD:]]
            if self._sees(speaker, parent) and saying.text not in heard and speaker.index not in voices:
                break
        at = self.rhythm.answer(rng, max(parent.created_at, speaker.created_at))
        audience = "FOLLOWERS" if speaker.private else root.audience
        post = self.maker.post(speaker, saying, at, audience, said.subject, replies=(parent, root))
        conversation.said.append((post, Turn(speaker.index, said.speaker, saying.kind, saying.lang, said.subject)))

    def _answered(self, conversation: Conversation) -> tuple[DemoPost, Turn]:
        return conversation.said[0] if self.rng.random() < TO_ROOT else self.rng.choice(conversation.said[-3:])

    def _sees(self, person: Person, post: DemoPost) -> bool:
        """Return whether a person may see a post, and so answer it."""
        return (
            post.audience == "PUBLIC"
            or person.index in (post.author, *post.mentions)
            or post.author in self.society.following[person.index]
        )

    def _speaker(self, root: DemoPost, said: Turn, kind: str) -> Person:
        """Choose who replies: the addressed person if the kind requires it, else a follower of the first author."""
        rng, people = self.rng, self.people
        if kind in conversations.OWN_TURNS and said.spoken_to is not None and said.spoken_to != said.speaker:
            return people[said.spoken_to]
        pool = [index for index in self.society.followers[root.author] if index != said.speaker]
        if kind == speech.NATIVE:
            pool = [index for index in pool if people[index].culture.lang == said.lang] or pool
        if root.audience != "PUBLIC":
            pool = pool or [root.author]
        pool = pool or [person.index for person in people[:50] if person.index != said.speaker]
        voices = list(accumulate(people[index].voice + 0.05 for index in pool))
        return people[rng.choices(pool, cum_weights=voices)[0]]
