"""Generates the text of a post, with its hashtags and mentions."""

from dataclasses import dataclass
from random import Random

from world.cultures import Culture
from world.template import rendered
from world.words import Subject, Talk, talk

NATIVE = "native"
"""Kind of a post in the author's own language; replies use that language too."""
MADE, MOMENT, OPINION, QUESTION, TIP = "made", "moment", "opinion", "question", "tip"
EVERYDAY = "everyday"
"""The subject of everyday things."""
OPENED, CLOSED, LINKED, TAGGED = 0.3, 0.35, 0.07, 0.42
"""Shares of posts with an opening phrase, a closing phrase (of kind `MADE`), a link, and hashtags."""
_SITES = ("fieldnotes", "kitchentable", "slowpages", "ourweekend", "thirdshelf")
_KINDS = (MADE, MADE, MADE, MADE, OPINION, QUESTION, QUESTION, TIP)


@dataclass(frozen=True, slots=True)
class Saying:
    """A text with its hashtags, in lower case without #, and mentions. `kind` decides which replies fit."""

    text: str
    lang: str | None
    kind: str
    tags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


def post(rng: Random, subject: Subject, *, friend: str | None = None) -> Saying:
    """Write an English post about a subject; it mentions the username `friend` if given."""
    how, kind = talk(), rng.choice(_KINDS)
    parts = [_sentence(rng, how, subject, kind)]
    if friend:
        parts.append(rng.choice(how.mentions).format(name=friend))
    elif kind == MADE and rng.random() < CLOSED:
        parts.append(rng.choice(how.closers))
    if rng.random() < LINKED:
        parts.append(rng.choice(how.links).format(link=_link(rng, subject)))
    tags = tuple(rng.sample(subject.tags, rng.choice((1, 1, 1, 2, 3)))) if rng.random() < TAGGED else ()
    gap = rng.choice((" ", " ", "\n\n")) if tags else ""
    text = " ".join(parts) + gap + " ".join(f"#{tag}" for tag in tags)
    shown_kind = MOMENT if kind == MADE and subject.name == EVERYDAY else kind
    return Saying(text, "en", shown_kind, tags, (friend,) if friend else ())


def opinion(rng: Random, subject: Subject) -> Saying:
    """Write an opinion about a subject, for others to contest."""
    tag = rng.choice(subject.tags)
    return Saying(f"{_sentence(rng, talk(), subject, OPINION)} #{tag}", "en", OPINION, (tag,))


def native_post(rng: Random, culture: Culture) -> Saying:
    """Write a post in the language of a culture that has texts."""
    tag = rng.choice(culture.slots["tag"])
    template = rng.choice(culture.posts)
    text = rendered(template.replace("{tag}", tag), culture.slots, rng)
    return Saying(text, culture.lang, NATIVE, (tag,) if "{tag}" in template else ())


def continued(rng: Random, subject: Subject) -> Saying:
    """Write the next post of a thread."""
    if subject.name == EVERYDAY:
        return Saying(_capital(rendered(rng.choice(subject.made), subject.slots, rng)), "en", MOMENT)
    return Saying(rendered(rng.choice(talk().continued), subject.slots, rng), "en", TIP)


def _sentence(rng: Random, how: Talk, subject: Subject, kind: str) -> str:
    if kind == TIP:
        return _capital(rendered(rng.choice(how.tips), subject.slots, rng))
    templates, openings = {
        MADE: (subject.made, how.openers),
        OPINION: (subject.opinion, how.hedges),
        QUESTION: (subject.question, how.asks),
    }[kind]
    opening = rng.choice(openings) if rng.random() < OPENED else ""
    return opening + _capital(rendered(rng.choice(templates), subject.slots, rng))


def _link(rng: Random, subject: Subject) -> str:
    """Return an address under `.example`, which cannot exist (RFC 2606)."""
    return f"https://{rng.choice(_SITES)}.example/{rng.choice(subject.links)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
