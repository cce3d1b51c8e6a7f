"""How a post is delivered, for its author and for operators: to whom, how far, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from clock import moment
from errors import Unavailable
from graph.driver import Graph
from graph.rows.posts import Delivery, DeliveryReason
from keyspace.client import Keyspace
from keyspace.fan_out_plans import stored_plans
from services.delivery.tasks import Step


class TierName(StrEnum):
    """The followers of a tier."""

    ALL = "ALL"
    FIRST = "FIRST"
    SECOND = "SECOND"


@dataclass(frozen=True, slots=True)
class Tier:
    """Followers to whom a post is pushed: how many, and how many have got it.

    `size` is None until it is known who they are, `due_at` where the tier is pushed to at once or not begun.
    """

    name: TierName
    size: int | None
    delivered: int
    due_at: datetime | None = None

    @property
    def pending(self) -> int | None:
        """How many have not got it yet."""
        return None if self.size is None else self.size - self.delivered


@dataclass(frozen=True, slots=True)
class FanOutPlan:
    """The plan of one post. `followers` is what its author had when it was written.

    It was `done_at` a moment, or waits, or is `set_aside` after failing, until an operator replays its event. Who is in no tier
    reads it from the recent posts of its author. How a post is delivered stands in the graph for good, the reason since there are
    reasons; the rest is None where the plan is not made yet, or forgotten.
    """

    delivery: Delivery
    reason: DeliveryReason | None
    followers: int | None = None
    made_at: datetime | None = None
    done_at: datetime | None = None
    set_aside: bool = False
    tiers: Sequence[Tier] | None = None

    @classmethod
    def of(cls, plan: Mapping[str, str]) -> Self | None:
        """Read a plan; None where nothing is known of it, or only that the post is deleted."""
        if "mode" not in plan or plan["step"] == Step.REMOVE:
            return None
        return cls(
            Delivery(plan["mode"]),
            DeliveryReason(plan["reason"]),
            int(plan["followers"]),
            moment(int(plan["made"])),
            moment(int(plan["done"])) if "done" in plan else None,
            "failed" in plan,
            _tiers(plan),
        )


@dataclass(frozen=True, slots=True)
class FanOutPlans:
    """The plans of posts that belong on home timelines."""

    keyspace: Keyspace
    graph: Graph

    async def of(self, posts: Sequence[str]) -> Mapping[str, FanOutPlan]:
        """Return the plan of each post, without posts that are unknown, deleted, or not for home timelines.

        It is one round trip to Redis, and a statement where that knows nothing of some, or does not answer.

        Raises:
            Unavailable: the graph is needed, and away.

        """
        found = {} if not posts else await self._stored(posts)
        if missing := [post for post in posts if post not in found]:
            for id_, delivery, reason, home, deleted in await self.graph.read("delivery/of_posts", ids=missing):
                if home and not deleted:
                    found[id_] = FanOutPlan(Delivery(delivery), DeliveryReason(reason) if reason else None)
        return found

    async def _stored(self, posts: Sequence[str]) -> dict[str, FanOutPlan]:
        try:
            plans = map(FanOutPlan.of, await stored_plans(self.keyspace, posts))
        except Unavailable:
            return {}
        return {post: plan for post, plan in zip(posts, plans, strict=True) if plan is not None}


def _tiers(plan: Mapping[str, str]) -> list[Tier]:
    def number(name: str) -> int:
        return int(plan.get(name, 0))

    if plan["mode"] == Delivery.PULL:
        return []
    if plan["mode"] == Delivery.MIXED and "size1" not in plan:
        return [Tier(TierName.FIRST, None, 0), Tier(TierName.SECOND, None, 0)]
    if plan["mode"] == Delivery.MIXED:
        due = moment(number("due2")) if "due2" in plan else None
        return [
            Tier(TierName.FIRST, number("size1"), min(number("size1"), number(Step.TIER_1))),
            Tier(TierName.SECOND, number("size2"), min(number("size2"), number(Step.TIER_2)), due),
        ]
    # Somebody may have followed or gone since the followers were counted.
    delivered = number(Step.FIRST) + number(Step.REST)
    return [Tier(TierName.ALL, delivered if "done" in plan else max(number("followers"), delivered), delivered)]
