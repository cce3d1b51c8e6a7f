"""People and their follows, as those need them who generate what people do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from world.follows import Follow
from world.logins import LEADS, RETIRING
from world.people import Person


@dataclass(frozen=True, slots=True)
class Society:
    """The people of a world; `following` and `followers` hold indexes of people, in the order of the follows."""

    people: Sequence[Person]
    following: dict[int, list[int]]
    followers: dict[int, list[int]]
    now_ms: int

    @classmethod
    def of(cls, people: Sequence[Person], follows: Iterable[Follow], now_ms: int) -> "Society":
        """Read the follows."""
        following, followers = defaultdict(list), defaultdict(list)
        for follow in follows:
            following[follow.follower].append(follow.followed)
            followers[follow.followed].append(follow.follower)
        return cls(people, following, followers, now_ms)

    @property
    def log_ins(self) -> Sequence[Person]:
        """The demo log-ins that take part in everything; the others have nearly nothing."""
        return [person for person, lead in zip(self.people, LEADS, strict=False) if lead.reach >= RETIRING]
