"""Debates: a few threads of more than a hundred replies, between few people who answer each other for hours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from world import conversations, speech
from world.conversations import OWN_TURNS, Turn
from world.demo_post import Conversation, DemoPost
from world.people import Person
from world.post_maker import PostMaker
from world.society import Society
from world.speech import Saying
from world.template import rendered
from world.times import DAY, HOUR, PostingTimes
from world.words import talk

DEBATE = "debate"
"""Kind of a post that begins a debate."""
MOST = 4
"""Debates of a world."""
LENGTHS = range(105, 151)
"""Replies to the first post and to each other."""
LARGEST_SHARE = 3
"""Debates take one in this many of the replies of a world, at most."""
DEBATERS = range(5, 9)
"""People who stay."""
PASSING = 0.18
"""Share of replies by others, who say one thing."""
TO_ROOT, TO_LATEST = 0.12, 0.5
"""Shares of replies to the first post, and to one of the latest; the others open a branch somewhere."""
STUBBORN = 0.65
"""Share of the answers that come from whom the answered person spoke to."""
TRIES = 6
BEGAN = (1.0, 3.0)
"""How many days ago debates began: between the two."""


def lengths(rng: Random, replies: int) -> list[int]:
    """Return how many replies each debate has, in a world with so many replies in all."""
    most = replies // LARGEST_SHARE
    drawn = [rng.choice(LENGTHS) for _ in range(MOST)]
    return [length for number, length in enumerate(drawn) if sum(drawn[: number + 1]) <= most]


def authors(society: Society, count: int) -> list[Person]:
    """Return whose posts begin debates: two demo log-ins, then others with many followers. Nobody of them is private."""
    famous = sorted(
        (person for person in society.people if not person.private and person.reach is None),
        key=lambda person: (-len(society.followers[person.index]), person.index),
    )
    return [*society.log_ins[:2], *famous][:count]


def debate(
    rng: Random, society: Society, maker: PostMaker, author: Person, length: int, *, adverts: bool
) -> list[DemoPost]:
    """Generate a debate of so many replies below an opinion; with `adverts` there is one among them that its author hides."""
    subject = author.interests[0]
    saying = speech.opinion(rng, subject)
    root = maker.post(author, saying, society.now_ms - int(rng.uniform(*BEGAN) * DAY), "PUBLIC", subject)
    conversation = Conversation([(root, Turn(author.index, None, DEBATE, saying.lang, subject))])
    debating = _Debate.below(rng, society, conversation)
    hidden = [debating.advert(maker)] if adverts else []
    while len(conversation.said) + len(hidden) <= length:
        debating.go_on(maker)
    return [*hidden, *(post for post, _ in conversation.said)]


@dataclass(slots=True)
class _Debate:
    """A debate that is being generated below the first post of a conversation."""

    rng: Random
    society: Society
    conversation: Conversation
    debaters: list[Person]
    passing: list[Person]

    @classmethod
    def below(cls, rng: Random, society: Society, conversation: Conversation) -> "_Debate":
        """Choose who takes part: people whose replies everybody may see."""
        author = conversation.root.author
        at = conversation.root.created_at
        followers = [society.people[index] for index in society.followers[author]]
        near = [person for person in followers if _may_join(person, at)]
        rng.shuffle(near)
        count = rng.choice(DEBATERS)
        others = [person for person in society.people if person.index != author and _may_join(person, at)]
        chosen = (near + [person for person in others if person not in near])[:count] if len(near) < count else near[:count]
        return cls(rng, society, conversation, [society.people[author], *chosen], near[count:] or others)

    def go_on(self, maker: PostMaker) -> None:
        """Add the next reply; who passes by comes back when they are answered."""
        rng, heard = self.rng, {post.text for post, _ in self.conversation.said}
        for _ in range(TRIES):
            to, said = self._answered()
            kind = conversations.next_kind(rng, said)
            by = self._speaker(said, kind)
            saying = conversations.answer(rng, said, kind, by, self.society.people[said.speaker])
            if saying.text not in heard and by.index != said.speaker:
                break
        at = PostingTimes(self.society.now_ms).answer(rng, to.created_at)
        post = maker.post(by, saying, at, "PUBLIC", said.subject, replies=(to, self.conversation.root))
        self.conversation.said.append((post, Turn(by.index, said.speaker, saying.kind, saying.lang, said.subject)))

    def advert(self, maker: PostMaker) -> DemoPost:
        """Return a reply that the author hides, of somebody who sells something; nobody answers it."""
        root, said = self.conversation.said[0]
        by = self.passing.pop() if self.passing else self.debaters[-1]
        saying = Saying(rendered(self.rng.choice(talk().adverts), said.subject.slots, self.rng), "en", DEBATE)
        rhythm, now = PostingTimes(self.society.now_ms), self.society.now_ms
        at = rhythm.between(self.rng, root.created_at, min(root.created_at + HOUR, now))
        post = maker.post(by, saying, at, "PUBLIC", said.subject, replies=(root, root))
        return replace(post, reply_hidden_at=rhythm.between(self.rng, at, min(at + HOUR, now)))

    def _answered(self) -> tuple[DemoPost, Turn]:
        said, draw = self.conversation.said, self.rng.random()
        if draw < TO_ROOT:
            return said[0]
        return self.rng.choice(said[-4:] if draw < TO_ROOT + TO_LATEST else said)

    def _speaker(self, said: Turn, kind: str) -> Person:
        rng, before = self.rng, said.spoken_to
        if before is not None and before != said.speaker and (kind in OWN_TURNS or rng.random() < STUBBORN):
            return self.society.people[before]
        if self.passing and rng.random() < PASSING:
            return self.passing.pop()
        return rng.choice(_others(self.debaters, said.speaker))


def _may_join(person: Person, since: int) -> bool:
    return not person.private and person.voice > 0 and person.created_at < since


def _others(people: Sequence[Person], index: int) -> list[Person]:
    return [person for person in people if person.index != index]
