"""Quotes: who quotes which post of the demo world, and what they write above it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from world.demo_post import Conversation
from world.people import Person
from world.society import Society
from world.speech import MADE, NATIVE, Saying
from world.template import rendered
from world.times import HOUR, PostingTimes
from world.words import talk

QUOTED = 0.02
"""Share of posts that quote another."""
FOLLOWERS = 0.8
"""Share of quotes by followers of the author; the others come upon the post by chance."""
TAGGED = 0.3
"""Share of quotes with a hashtag."""
LATELY = 5 * HOUR
"""How old the quotes are that demo log-ins find on their home timelines, at most, in milliseconds."""
OF_A_LOG_IN = 2
"""Quotes of posts of each demo log-in, at least."""


@dataclass(frozen=True, slots=True)
class Quoting:
    """One quote that is to be written: by whom, of the first post of which conversation, when, and when it was detached."""

    by: Person
    of: Conversation
    at: int
    detached_at: int | None = None


@dataclass(frozen=True, slots=True)
class Quoters:
    """Chooses who quotes what: posts that everybody may see and quote, many times those that draw many."""

    rng: Random
    society: Society
    begun: Sequence[Conversation]
    """Conversations whose first posts may be quoted."""
    weights: Sequence[float]
    """Cumulative weights of these: how much each of them draws."""

    def quotings(self, count: int) -> Iterator[Quoting]:
        """Yield `count` quotes at most, first those that a demo log-in is to find; none where nothing may be quoted."""
        if not self.begun:
            return
        rhythm, now = PostingTimes(self.society.now_ms), self.society.now_ms
        found = [
            (by, of, rhythm.between(self.rng, since, now)) for by, of, since in islice(self._of_log_ins(), count)
        ]
        for number, (by, of, at) in enumerate(found):
            is_detached = number == 0 and of.root.author == self.society.log_ins[0].index
            yield Quoting(by, of, at, rhythm.between(self.rng, at, now) if is_detached else None)
        for _ in range(count - len(found)):
            of = self.rng.choices(self.begun, cum_weights=self.weights)[0]
            by = self._quoter(of)
            yield Quoting(by, of, rhythm.answer(self.rng, max(of.root.created_at, by.created_at)))

    def _of_log_ins(self) -> Iterator[tuple[Person, Conversation, int]]:
        """Yield quotes of the posts of each demo log-in, by them, and by somebody whom they follow: who, what, since when."""
        now = self.society.now_ms
        for log_in in self.society.log_ins:
            own = [each for each in self.begun if each.root.author == log_in.index]
            for of in self.rng.sample(own[-10:], min(OF_A_LOG_IN, len(own))):
                by = self._quoter(of)
                yield by, of, max(of.root.created_at, by.created_at)
            following = {*self.society.following[log_in.index]}
            if not following:
                continue
            followed = [self.society.people[index] for index in sorted(following)]
            theirs = [each for each in self.begun if each.root.author in following]
            if theirs:
                of = self.rng.choice(theirs)
                yield log_in, of, max(of.root.created_at, log_in.created_at)
            by = self.rng.choice([person for person in followed if not person.private] or followed)
            of = self.rng.choice([each for each in self.begun if each.root.author != by.index] or self.begun)
            yield by, of, max(of.root.created_at, by.created_at, now - LATELY)

    def _quoter(self, of: Conversation) -> Person:
        people, author = self.society.people, of.root.author
        followers = self.society.followers[author]
        if followers and self.rng.random() < FOLLOWERS:
            return people[self.rng.choice(followers)]
        return self.rng.choice([person for person in people if person.index != author])


def quote(rng: Random, of: Conversation, by: Person) -> Saying:
    """Write what stands above a quoted post: in its language, if they speak it, else in English."""
    said, culture = of.first, by.culture
    if said.kind == NATIVE and culture.lang == said.lang and culture.replies:
        return Saying(rng.choice(culture.replies), said.lang, NATIVE)
    kind = said.kind if said.kind in talk().quotes else MADE
    text = rendered(rng.choice(talk().quotes[kind]), said.subject.slots, rng)
    if rng.random() < TAGGED:
        tag = rng.choice(said.subject.tags)
        return Saying(f"{text} #{tag}", "en", kind, (tag,))
    return Saying(text, "en", kind)
