"""The people of the demo world with an account, for development."""

from dataclasses import dataclass

PASSWORD = "rookery-demo"  # noqa: S105 - documented, for the demo world in development only
"""The password of all demo log-ins."""
RETIRING = 10
"""A demo log-in with a smaller reach than this writes little, and takes part in little."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """An account of the demo world. The caller of `seed` creates it, because it can hash passwords."""

    user_id: str
    username: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A person of the demo world with a fixed profile and an account.

    `reach` is the number of people they follow, and the least number of followers, if the world is large enough.
    `folders` are those of their bookmarks: the name of each, and the interest whose posts are in it.
    """

    username: str
    display_name: str
    culture: str
    interests: tuple[str, ...]
    bio: str
    reach: int
    folders: tuple[tuple[str, str], ...]


LEADS = (
    Lead(
        "mira",
        "Mira Castellane",
        "english",
        ("photography", "hills", "books"),
        "Photographs, hills, paperbacks. Slow mornings. 📷⛰️📚",
        60,
        (("Light", "photography"), ("Next summer", "hills"), ("To read", "books")),
    ),
    Lead(
        "tobe",
        "Tobe Nwachukwu",
        "nigerian",
        ("software", "boardgames"),
        "Small programs, long rulebooks.",
        45,
        (("Try at work", "software"), ("Game night", "boardgames")),
    ),
    Lead(
        "yuna",
        "白石 ゆな",
        "japanese",
        ("baking", "photography"),
        "パンと写真。Bread and photographs. 🍞",
        40,
        (("レシピ", "baking"), ("写真", "photography")),
    ),
    Lead(
        "selim",
        "Selim Özgür",
        "turkish",
        ("music", "cycling"),
        "Kontrbas, bisiklet, çay.",
        30,
        (("Dinle", "music"), ("Rotalar", "cycling")),
    ),
    Lead(
        "odile",
        "Odile Garance",
        "french",
        ("gardening", "crafts"),
        "Jardin partagé, laine, patience. 🌱🧶",
        20,
        (("Au jardin", "gardening"), ("À faire", "crafts")),
    ),
    Lead("quiet", "Pat Larkin", "english", ("birds",), "", 3, ()),
)
"""The first one is for demonstrations, with a home timeline of sixty people. The last one has nearly nothing."""


def email_of(username: str) -> str:
    """Return the e-mail address of a demo log-in, in a domain that cannot exist (RFC 2606)."""
    return f"{username}@rookery.example"
