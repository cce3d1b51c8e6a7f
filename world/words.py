"""The vocabulary of the demo world: one file in `words/` per subject, and `shared.toml` for phrases of all subjects.

All texts were written for Rookery. They are data, so that people who do not program can add to them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from world.template import Slots

FOLDER = Path(__file__).parent / "words"
SHARED = "shared"

Phrases = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One interest and its vocabulary.

    The slot `tip` has imperatives without a full stop: "weigh the water", and `tip_cap` the
    same at the beginning of a sentence. `warnings` are lines that stand before posts.
    """

    name: str
    tags: Phrases
    bios: Phrases
    links: Phrases
    warnings: Phrases
    made: Phrases
    opinion: Phrases
    question: Phrases
    slots: Slots


@dataclass(frozen=True, slots=True)
class Talk:
    """Phrases of all subjects: beginnings and ends of posts, and the texts of replies by kind.

    `after` maps the kind of a post to the kinds of replies to it; a kind that is listed twice is twice as likely. `quotes`
    maps it to what is written above it by those who quote it.
    """

    openers: Phrases
    closers: Phrases
    hedges: Phrases
    asks: Phrases
    tips: Phrases
    links: Phrases
    mentions: Phrases
    continued: Phrases
    corrections: Phrases
    adverts: Phrases
    quotes: Mapping[str, Phrases]
    turns: Mapping[str, Phrases]
    after: Mapping[str, Phrases]


@cache
def talk() -> Talk:
    """Read the shared phrases."""
    data = tomllib.loads((FOLDER / f"{SHARED}.toml").read_text("utf-8"))
    return Talk(
        openers=tuple(data["openers"]),
        closers=tuple(data["closers"]),
        hedges=tuple(data["hedges"]),
        asks=tuple(data["asks"]),
        tips=tuple(data["tips"]),
        links=tuple(data["links"]),
        mentions=tuple(data["mentions"]),
        continued=tuple(data["continued"]),
        corrections=tuple(data["corrections"]),
        adverts=tuple(data["adverts"]),
        quotes={said: tuple(texts) for said, texts in data["quotes"].items()},
        turns={name: tuple(turn["texts"]) for name, turn in data["turns"].items()},
        after={said: tuple(turns) for said, turns in data["after"].items()},
    )


@cache
def subjects() -> tuple[Subject, ...]:
    """Read all subjects, sorted by name."""
    shared = tomllib.loads((FOLDER / f"{SHARED}.toml").read_text("utf-8"))["slots"]
    return tuple(_subject(path, shared) for path in sorted(FOLDER.glob("*.toml")) if path.stem != SHARED)


def _subject(path: Path, shared: Slots) -> Subject:
    data = tomllib.loads(path.read_text("utf-8"))
    slots = {name: tuple(values) for name, values in {**shared, **data["slots"]}.items()}
    slots["tip"] = tuple(data["tip"])
    slots["tip_cap"] = tuple(tip[:1].upper() + tip[1:] for tip in slots["tip"])
    return Subject(
        name=path.stem,
        tags=tuple(data["tags"]),
        bios=tuple(data["bios"]),
        links=tuple(data["links"]),
        warnings=tuple(data["warnings"]),
        made=tuple(data["made"]),
        opinion=tuple(data["opinion"]),
        question=tuple(data["question"]),
        slots=slots,
    )
