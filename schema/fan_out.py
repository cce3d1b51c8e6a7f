"""How a post is delivered to home timelines, as its author may know it."""

from datetime import datetime

import strawberry

from execution.declarations import Cost
from graph.rows.posts import Delivery, DeliveryReason
from schema.enums import show_enum
from schema.fields import attribute
from services.delivery.plan import TierName

show_enum(
    Delivery,
    "How a post reaches the home timelines of followers. Whatever it is, all of them find the post when they read.",
    {
        "PUSH": "It is put into the timeline of every follower.",
        "MIXED": "It is put into the timelines of the most active followers; the others get it when they read.",
        "PULL": "All followers get it when they read.",
    },
    name="DeliveryMode",
)
show_enum(
    DeliveryReason,
    "Why a post is delivered as it is.",
    {
        "FEW_FOLLOWERS": "The author had few followers when it was written.",
        "MANY_FOLLOWERS": "The author had many followers when it was written.",
        "LOAD": "Much was being delivered at that time.",
        "OPERATOR": "Whoever runs the server has chosen it.",
    },
)
show_enum(
    TierName,
    "Followers to whom a post is pushed together.",
    {
        "ALL": "All followers.",
        "FIRST": "The most active followers, to whom it is pushed at once.",
        "SECOND": "The next most active followers, to whom it is pushed within some minutes.",
    },
    name="FanoutTierName",
)


@strawberry.type(description="Followers to whom a post is pushed together, and how far that is.")
class FanoutTier:
    """Shows a `Tier`."""

    name: TierName = attribute("Which followers.")
    size: int | None = attribute("How many they are; null until they are chosen.")
    delivered: int = attribute("How many have got it.")
    pending: int | None = attribute("How many have not got it yet; null until they are chosen.")
    due_at: datetime | None = attribute("When the last of them should have it; null where that is at once, or not known yet.")


@strawberry.type(
    description="How one of the viewer's posts is delivered. Its details are known from a moment after it was written until a "
    "day after it was delivered; outside of that time they are null. Mode and reason stay."
)
class FanoutPlan:
    """Shows a `FanOutPlan`."""

    mode: Delivery = attribute("How it is delivered, decided when it was written.", "delivery")
    reason: DeliveryReason | None = attribute("Why so; null for old posts.")
    follower_count: int | None = attribute("How many followers the author had when it was written.", "followers")
    tiers: list[FanoutTier] | None = attribute(
        "The followers to whom it is pushed, in order. Who is in none gets it when reading; with PULL that is everybody.",
        cost=Cost(rows=2),
    )
    done_at: datetime | None = attribute("When all of that was done; null before, and when it is not known any more.")
