"""The cultures of the demo world: names, cities and a language, one file in `cultures/` each."""

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
    """A part of a name as it is written, and in Latin letters for usernames."""

    written: str
    latin: str

    @classmethod
    def of(cls, text: str) -> "Name":
        """Parse `蒼=aoi`; without `=` the Latin letters are those without accents."""
        written, _, latin = text.partition("=")
        return cls(written, latin or _plain(written))


@dataclass(frozen=True, slots=True)
class Culture:
    """Names of a culture and, if `posts` is not empty, texts in its own language.

    `share` is its weight among all cultures, `offset` its time zone in hours ahead of UTC, and `order` the order of the
    parts of a full name.
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
        """Return a full name in the order of this culture."""
        return self.order.replace("given", given.written).replace("family", family.written)


@cache
def cultures() -> tuple[Culture, ...]:
    """Read all cultures, sorted by name."""
    return tuple(_culture(path) for path in sorted(FOLDER.glob("*.toml")))


@cache
def cumulative_weights() -> tuple[int, ...]:
    """Return the cumulative weights of the cultures, for random choices."""
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
"""Letters that Unicode does not decompose into a letter and an accent."""


def _plain(text: str) -> str:
    """Return a name in Latin letters with only a to z."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_UNACCENTED))
    return "".join(char for char in apart if "a" <= char <= "z")
