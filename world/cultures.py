"""Where people of the demo world come from: names, cities and a language of their own, one file of `cultures/` each."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from world.template import Slots

FOLDER = Path(__file__).parent / "cultures"


@dataclass(frozen=True, slots=True)
class Name:
    """A part of a name as it is written, and in the letters of a username."""

    written: str
    latin: str

    @classmethod
    def of(cls, text: str) -> "Name":
        """Read `蒼=aoi`; without `=` the letters are found by dropping accents."""
        written, _, latin = text.partition("=")
        return cls(written, latin or _plain(written))


@dataclass(frozen=True, slots=True)
class Culture:
    """A stock of names and, where `posts` is not empty, texts in a language of its own.

    `share` is a weight among all cultures, `offset` the hours of its clocks ahead of UTC, and `order` how a full name
    is written.
    """

    name: str
    lang: str
    share: int
    offset: int
    order: str
    given: tuple[Name, ...]
    family: tuple[Name, ...]
    cities: tuple[str, ...]
    bios: tuple[str, ...]
    posts: tuple[str, ...]
    replies: tuple[str, ...]
    slots: Slots

    def full_name(self, given: Name, family: Name) -> str:
        """Write a name the way this culture does."""
        return self.order.replace("given", given.written).replace("family", family.written)


@cache
def cultures() -> tuple[Culture, ...]:
    """Read every culture, in the order of their names."""
    return tuple(_culture(path) for path in sorted(FOLDER.glob("*.toml")))


@cache
def shares() -> tuple[int, ...]:
    """Give the running sums of the shares, for drawing a culture."""
    return tuple(accumulate(culture.share for culture in cultures()))


def _culture(path: Path) -> Culture:
    data = tomllib.loads(path.read_text("utf-8"))
    return Culture(
        name=path.stem,
        lang=data["lang"],
        share=data["share"],
        offset=data["offset"],
        order=data.get("order", "given family"),
        given=tuple(map(Name.of, data["given"])),
        family=tuple(map(Name.of, data["family"])),
        cities=tuple(data["cities"]),
        bios=tuple(data.get("bios", ())),
        posts=tuple(data.get("posts", ())),
        replies=tuple(data.get("replies", ())),
        slots={name: tuple(values) for name, values in data.get("slots", {}).items()},
    )


_UNACCENTED = str.maketrans("łđøı", "ldoi")
"""Letters that Unicode does not take apart into a letter and an accent."""


def _plain(text: str) -> str:
    """Spell a name of Latin letters with a to z alone."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_UNACCENTED))
    return "".join(char for char in apart if "a" <= char <= "z")
