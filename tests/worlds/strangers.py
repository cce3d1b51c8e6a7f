"""Random people who hide things from each other, and the plain truth of what each may see of the others' follows."""

import random
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product as pairs

from graph.ids import new_id

Edge = tuple[int, int]
STEPS = 6
FLAGS = ("private", "discoverable", "hideFollowers", "hideFollowing")


@dataclass(frozen=True, slots=True)
class Strangers:
    """People by key. `viewer` is a key or None everywhere."""

    ids: dict[int, str]
    flags: dict[int, dict[str, bool]]
    active: set[int]
    follows: set[Edge]
    asked: set[Edge]
    blocks: set[Edge]
    mutes: set[Edge] = field(default_factory=set)

    @classmethod
    def of(cls, seed: int, count: int) -> "Strangers":
        """Make some; a block has ended follows."""
        chance, keys = random.Random(seed), range(1, count + 1)
        flags = {
            key: {name: chance.random() < (0.8 if name == "discoverable" else 0.25) for name in FLAGS} for key in keys
        }

        def edges(share: float) -> set[Edge]:
            return {(one, other) for one, other in pairs(keys, keys) if one != other and chance.random() < share}

        blocks = edges(0.04)
        follows = {(one, other) for one, other in edges(0.3) if not blocks & {(one, other), (other, one)}}
        active = {key for key in keys if chance.random() < 0.85}
        return cls({key: new_id() for key in keys}, flags, active, follows, edges(0.05) - follows - blocks, blocks, edges(0.05))

    def sees(self, viewer: int | None, person: int) -> bool:
        """Tell whether somebody is there at all."""
        return person in self.active and not {(viewer, person), (person, viewer)} & self.blocks

    def sees_list(self, viewer: int | None, person: int, hides: str) -> bool:
        """Tell whether a list of theirs is open."""
        flags = self.flags[person]
        opened = not flags[hides] and (not flags["private"] or (viewer, person) in self.follows)
        return self.sees(viewer, person) and (viewer == person or opened)

    def shown(self, viewer: int | None) -> set[Edge]:
        """Give the follows that a viewer may know of."""
        return {
            (one, other)
            for one, other in self.follows
            if (viewer in (one, other) and self.sees(viewer, one) and self.sees(viewer, other))
            or (self.sees_list(viewer, one, "hideFollowing") and self.sees_list(viewer, other, "hideFollowers"))
        }

    def followers(self, viewer: int | None, person: int) -> list[str]:
        """Give the first list, newest follows first: each was made at the key of who follows."""
        if not self.sees_list(viewer, person, "hideFollowers"):
            return []
        return self._ids(one for one, other in self.shown(viewer) if other == person)

    def following(self, viewer: int | None, person: int) -> list[str]:
        """Give the second list; the follows of one person are all of one moment, so by key."""
        if not self.sees_list(viewer, person, "hideFollowing"):
            return []
        return self._ids(other for one, other in self.shown(viewer) if one == person)

    def known(self, viewer: int | None, person: int) -> list[str]:
        """Give those of the followers whom the viewer follows."""
        mine = {self.ids[other] for one, other in self.follows if one == viewer}
        return [id_ for id_ in self.followers(viewer, person) if id_ in mine]

    def suggested(self, viewer: int) -> list[tuple[str, int, set[str]]]:
        """Give everybody who may be suggested, with the mutuals that say why."""
        shown, mine = self.shown(viewer), {other for one, other in self.follows if one == viewer}
        mutuals = Counter(other for one, other in shown if one in mine)
        never = mine | {viewer} | {other for one, other in self.asked | self.mutes if one == viewer}
        fit = [key for key in sorted(mutuals, key=lambda key: (-mutuals[key], key)) if key not in never]
        return [
            (self.ids[key], mutuals[key], {self.ids[one] for one in mine if (one, key) in shown})
            for key in fit
            if self.flags[key]["discoverable"] and not self.flags[key]["private"]
        ]

    def degrees(self, viewer: int | None, source: int, target: int) -> int | None:
        """Walk in breadth along what may be known."""
        if not (self.sees(viewer, source) and self.sees(viewer, target)):
            return None
        shown, found, waiting = self.shown(viewer), {source: 0}, deque([source])
        while waiting and target not in found:
            at = waiting.popleft()
            for one, other in shown if found[at] < STEPS else ():
                if one == at and other not in found:
                    found[other] = found[at] + 1
                    waiting.append(other)
        return found.get(target)

    def _ids(self, keys: Iterable[int]) -> list[str]:
        return [self.ids[key] for key in sorted(keys, reverse=True)]
