"""`rookery delivery`: how new posts are delivered at present, an operator's pin of it, and the plan of one post."""

from collections.abc import Mapping
from datetime import datetime

from rich.table import Table

from clock import moment
from commands.console import results
from errors import NotFound
from graph.ids import is_id
from graph.rows.delivery import DeliveryControl
from graph.rows.posts import Delivery
from keyspace.fan_out_queue import Backlog
from parts import Parts, open_parts
from resolvers.global_ids import own_id
from services.delivery.plan import FanOutPlan, FanOutPlans, Tier
from services.settings import Settings


async def show(settings: Settings) -> None:
    """Print what is in force, and what waits.

    Raises:
        Unavailable: the graph or Redis is away.

    """
    async with open_parts(settings) as parts:
        await _show(parts)


async def pin(settings: Settings, threshold: int | None, mode: Delivery | None) -> None:
    """Pin the threshold, the mode above it, or both, and print what is then in force.

    Raises:
        InvalidInput: nothing is to be pinned, or the threshold is negative.

    """
    async with open_parts(settings) as parts:
        await parts.delivery_controls.pin(threshold, mode)
        await _show(parts)


async def unpin(settings: Settings) -> None:
    """Let load decide again, and print what is then in force."""
    async with open_parts(settings) as parts:
        await parts.delivery_controls.unpin()
        await _show(parts)


async def plan(settings: Settings, post: str) -> None:
    """Print how a post is delivered, by its global id or its id in the graph.

    Raises:
        NotFound: there is no such post, it is deleted, or it is not for home timelines.
        InvalidInput: it is no id of a post.

    """
    id_ = post if is_id(post) else own_id("Post", post, "post")
    async with open_parts(settings) as parts:
        found = (await FanOutPlans(parts.keyspace, parts.graph).of([id_])).get(id_)
    if found is None:
        raise NotFound("post on home timelines")
    _print(_of_plan(found))
    tiers = Table("tier", "followers", "delivered", "pending", "due")
    for tier in found.tiers or ():
        tiers.add_row(*_of_tier(tier))
    if found.tiers:
        results.print(tiers)


async def _show(parts: Parts) -> None:
    control, backlog = await parts.delivery_controls.read(), await parts.delivery.queue.backlog()
    pulled = await parts.delivery.pulled.count()
    counted = {"pulled authors": "not known until somebody reads" if pulled is None else f"{pulled:,}"}
    _print({**_of_control(control, parts.settings), **_of_backlog(backlog), **counted})


def _print(rows: Mapping[str, str]) -> None:
    table = Table(show_header=False)
    for row in rows.items():
        table.add_row(*row)
    results.print(table)


def _of_control(control: DeliveryControl, settings: Settings) -> Mapping[str, str]:
    threshold, mode = control.in_force(settings.push_below)
    pinned = [str(each) for each in (control.pinned_threshold, control.pinned_mode) if each is not None]
    return {
        "pushed to all below": f"{threshold:,} followers",
        "above it": mode.value,
        "decided by": "an operator" if control.pinned else "load" if control.threshold or control.shedding else "the settings",
        "pinned": ", ".join(pinned) or "no",
        "of load": _of_load(control, settings.push_below),
        "bounds of load": f"{min(settings.push_below_lowest, settings.push_below):,} to {settings.push_below:,} followers",
        "changed at": _time(None if control.changed_at is None else moment(control.changed_at)),
    }


def _of_load(control: DeliveryControl, push_below: int) -> str:
    threshold = push_below if control.threshold is None else control.threshold
    return f"{threshold:,} followers, {'PULL' if control.shedding else 'MIXED'} above"


def _of_backlog(backlog: Backlog) -> Mapping[str, str]:
    return {
        "deliveries left": f"{backlog.deliveries:,}",
        "tasks": f"{backlog.tasks:,}",
        "behind": f"{backlog.overdue:.1f} s",
    }


def _of_plan(plan: FanOutPlan) -> Mapping[str, str]:
    rows = {
        "mode": plan.delivery.value,
        "reason": plan.reason.value if plan.reason else "unknown",
        "followers": "unknown" if plan.followers is None else f"{plan.followers:,}",
        "begun at": _time(plan.made_at),
        "done at": _time(plan.done_at),
    }
    return {**rows, "set aside": "yes: see `rookery dead-letters list`"} if plan.set_aside else rows


def _of_tier(tier: Tier) -> tuple[str, ...]:
    size, pending = (("choosing", "") if tier.size is None else (f"{tier.size:,}", f"{tier.pending:,}"))
    return tier.name, size, f"{tier.delivered:,}", pending, _time(tier.due_at) if tier.due_at else "at once"


def _time(at: datetime | None) -> str:
    return "-" if at is None else at.isoformat(timespec="seconds")
