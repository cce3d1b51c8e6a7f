"""Generates the people of the demo world: profiles, interests, and how much they write and are followed."""

from dataclasses import dataclass
from random import Random

from graph.ids import id_at
from world.cultures import Culture, Name, cultures, cumulative_weights
from world.logins import LEADS, RETIRING, Lead
from world.seeded_random import seeded_random
from world.times import DAY, SPAN
from world.words import Subject, subjects

ELDEST = 1_100 * DAY
"""Age of the first sign-up, in milliseconds."""
NEWCOMERS = 0.03
"""Share of people who signed up during the time of the posts."""
PRIVATE = 0.03
VERIFIED = 0.01
LOCATED, LINKED, WORDLESS, IN_OWN_WORDS = 0.7, 0.15, 0.15, 0.5
"""Shares of people with a location, with a website, without a bio, and with a bio in their own language."""
NAME_LENGTHS = range(3, 21)
"""Allowed lengths of a username."""
SILENT = 0.2
"""Share of people who never write."""
LOUDEST = 22.0
"""Most posts of a person for one post of those who write least."""
FAME = 0.85
"""Exponent of the power law of fame: the person of rank r has a weight in proportion to r^-FAME."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `fame` and `voice` are weights for being followed and for writing; voice 0 never writes.

    `native` is the share of their posts in their own language. Times are in milliseconds since 1970 UTC.
    """

    index: int
    id: str
    username: str
    display_name: str
    bio: str
    location: str | None
    website: str | None
    culture: Culture
    interests: tuple[Subject, ...]
    private: bool
    verified_at: int | None
    created_at: int
    fame: float
    voice: float
    native: float
    reach: int | None


def people_of(seed: int, count: int, now_ms: int) -> list[Person]:
    """Generate `count` people, the same for the same arguments; the first are those of `LEADS`."""
    rng = seeded_random(seed, "people")
    ranks = list(range(1, count + 1))
    rng.shuffle(ranks)
    taken = {lead.username for lead in LEADS}
    return [_person(rng, index, rank / count, taken, now_ms) for index, rank in enumerate(ranks)]


def _person(rng: Random, index: int, rank_share: float, taken: set[str], now_ms: int) -> Person:
    """Generate one person; `rank_share` is their rank in fame divided by the number of people."""
    lead = LEADS[index] if index < len(LEADS) else None
    culture = _culture_of(lead) if lead else rng.choices(cultures(), cum_weights=cumulative_weights())[0]
    given, family = rng.choice(culture.given), rng.choice(culture.family)
    interests = _interests_of(lead) if lead else tuple(rng.sample(subjects(), rng.choice((1, 2, 2, 3, 3, 4))))
    username = lead.username if lead else _username(rng, given, family, taken)
    taken.add(username)
    age = rng.random() * SPAN if rng.random() < NEWCOMERS and not lead else SPAN + rng.random() * (ELDEST - SPAN)
    created_at = now_ms - int(age)
    verified = not lead and rank_share <= VERIFIED
    return Person(
        index=index,
        id=id_at(created_at, rng.getrandbits(74)),
        username=username,
        display_name=lead.display_name if lead else _display_name(rng, culture, given, family),
        bio=lead.bio if lead else _bio(rng, culture, interests),
        location=rng.choice(culture.cities) if rng.random() < LOCATED else None,
        website=f"https://{username.replace('_', '-')}.example" if rng.random() < LINKED else None,
        culture=culture,
        interests=interests,
        private=not lead and not verified and rng.random() < PRIVATE,
        verified_at=created_at + int(rng.random() * (now_ms - created_at)) if verified else None,
        created_at=created_at,
        fame=rank_share**-FAME,
        voice=_voice(rng, lead),
        native=rng.choice((0.0, 0.2, 0.6, 0.9)) if culture.posts else 0.0,
        reach=lead.reach if lead else None,
    )


def _culture_of(lead: Lead) -> Culture:
    return next(culture for culture in cultures() if culture.name == lead.culture)


def _interests_of(lead: Lead) -> tuple[Subject, ...]:
    return tuple(subject for subject in subjects() if subject.name in lead.interests)


def _voice(rng: Random, lead: Lead | None) -> float:
    """Draw how much a person writes, by a power law with a limit, so that nobody fills the timelines of others."""
    drawn = min(rng.paretovariate(1.15), LOUDEST)
    if lead:
        return 0.4 if lead.reach < RETIRING else 9.0
    return 0.0 if rng.random() < SILENT else drawn


def _username(rng: Random, given: Name, family: Name, taken: set[str]) -> str:
    """Generate an unused username of a to z, digits and `_`, with at most 20 characters."""
    first, last = given.latin, family.latin
    word, year = rng.choice(("writes", "says", "here", "again", "outside", "ok")), rng.randrange(60, 100)
    forms = [f"{first}_{last}", f"{first}{last}", f"{last}_{first}", f"{first}{last[:1]}", f"{first[:1]}{last}"]
    forms += [f"{first}{year}", f"{first}_{word}"]
    rng.shuffle(forms)
    number = 2
    while True:
        for form in forms:
            if len(form) in NAME_LENGTHS and form not in taken:
                return form
        forms, number = [f"{first[:12]}_{last[:1]}{number}"], number + 1


def _display_name(rng: Random, culture: Culture, given: Name, family: Name) -> str:
    whole = culture.full_name(given, family)
    picture = rng.choice("🌿🚲📚☕🌙🪴🎧🐦")
    return rng.choice((whole, whole, whole, whole, given.written, whole.lower(), f"{given.written} {picture}"))


def _bio(rng: Random, culture: Culture, interests: tuple[Subject, ...]) -> str:
    if rng.random() < WORDLESS:
        return ""
    parts = [rng.choice(subject.bios) for subject in interests[: rng.choice((1, 1, 2))]]
    if culture.bios and rng.random() < IN_OWN_WORDS:
        parts = [rng.choice(culture.bios), *rng.choice(((), parts[:1]))]
    bio = rng.choice((". ", " · ", " / ")).join(parts)
    return rng.choice((bio, bio[:1].upper() + bio[1:]))
