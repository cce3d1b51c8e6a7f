"""Who answers what: the turns of a conversation, by what was said before and by whom."""

from dataclasses import dataclass
from random import Random

from world.people import Person
from world.speech import NATIVE, Saying
from world.template import filled
from world.words import Subject, talk

OWN_TURNS = frozenset({"answer", "thanks", "try", "concede"})
"""Turns that only the one who was spoken to can take."""
NAMED = 0.3
"""Share of answers that begin with the username of whom they answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What may be answered: who said it, to whom (an index of people), of what kind and about what."""

    speaker: int
    spoken_to: int | None
    kind: str
    lang: str
    subject: Subject


def next_kind(rng: Random, said: Turn) -> str:
    """Draw what kind of answer comes."""
    if said.kind == NATIVE:
        return NATIVE
    return rng.choice(talk().after[said.kind])


def answer(rng: Random, said: Turn, kind: str, speaker: Person, addressed: Person) -> Saying:
    """Word an answer of this kind; who does not speak the language of a post praises it in English."""
    if kind == NATIVE and speaker.culture.lang == said.lang:
        text, lang = rng.choice(speaker.culture.replies), said.lang
    else:
        kind = "praise" if kind == NATIVE else kind
        text, lang = filled(rng.choice(talk().turns[kind]), said.subject.slots, rng), "en"
    if addressed.index != speaker.index and rng.random() < NAMED:
        return Saying(f"@{addressed.username} {text}", lang, kind, (), (addressed.username,))
    return Saying(text, lang, kind)
