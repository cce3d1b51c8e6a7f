"""Replies in conversations: what kind of reply comes, and its text."""

from dataclasses import dataclass
from random import Random

from world.people import Person
from world.speech import NATIVE, Saying
from world.template import rendered
from world.words import Subject, talk

OWN_TURNS = frozenset({"answer", "thanks", "try", "concede", "rebut", "account", "settle"})
"""Kinds of replies that only the addressed person can write."""
NAMED = 0.3
"""Share of replies that begin with the username of the addressed person."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A post that can be replied to: its author and addressee (indexes of people), its kind, language and subject."""

    speaker: int
    spoken_to: int | None
    kind: str
    lang: str | None
    subject: Subject


def next_kind(rng: Random, said: Turn) -> str:
    """Draw the kind of a reply."""
    if said.kind == NATIVE:
        return NATIVE
    return rng.choice(talk().after[said.kind])


def answer(rng: Random, said: Turn, kind: str, speaker: Person, addressed: Person) -> Saying:
    """Write a reply of this kind. A person who does not speak the language of the post praises it in English."""
    if kind == NATIVE and speaker.culture.lang == said.lang:
        text, lang = rng.choice(speaker.culture.replies), said.lang
    else:
        kind = "praise" if kind == NATIVE else kind
        text, lang = rendered(rng.choice(talk().turns[kind]), said.subject.slots, rng), "en"
    if addressed.index != speaker.index and rng.random() < NAMED:
        return Saying(f"@{addressed.username} {text}", lang, kind, (), (addressed.username,))
    return Saying(text, lang, kind)
