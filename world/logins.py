"""The people of the demo world that somebody can log in as, in development."""

from dataclasses import dataclass

PASSWORD = "rookery-demo"  # noqa: S105 - documented, for the demo world in development only
"""The password of all of them."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """An account that the demo world wants; the caller makes it, since hashing passwords is the accounts' work."""

    user_id: str
    username: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A person of the demo world with a part of their own.

    `reach` is how many people they follow, and at least how many follow them, as far as the world is large enough.
    """

    username: str
    display_name: str
    culture: str
    interests: tuple[str, ...]
    bio: str
    reach: int


LEADS = (
    Lead(
        "mira",
        "Mira Castellane",
        "english",
        ("photography", "hills", "books"),
        "Photographs, hills, paperbacks. Slow mornings. 📷⛰️📚",
        60,
    ),
    Lead("tobe", "Tobe Nwachukwu", "nigerian", ("software", "boardgames"), "Small programs, long rulebooks.", 45),
    Lead("yuna", "白石 ゆな", "japanese", ("baking", "photography"), "パンと写真。Bread and photographs. 🍞", 40),
    Lead("selim", "Selim Özgür", "turkish", ("music", "cycling"), "Kontrbas, bisiklet, çay.", 30),
    Lead("odile", "Odile Garance", "french", ("gardening", "crafts"), "Jardin partagé, laine, patience. 🌱🧶", 20),
    Lead("quiet", "Pat Larkin", "english", ("birds",), "", 3),
)
"""The first is the one to show: a home timeline of sixty people. The last shows what little looks like."""


def email_of(username: str) -> str:
    """Give the address of a demo log-in, under a name that no mail server can have (RFC 2606)."""
    return f"{username}@rookery.example"
