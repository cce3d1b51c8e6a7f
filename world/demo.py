"""Creates the demo world: a realistic social graph, the same for the same seed and day."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import clock
from graph.driver import Graph
from world.errors import WorldConflict
from world.logins import LEADS, PASSWORD, DemoLogin, email_of
from world.plan import Plan
from world.progress import Progress, silent
from world.times import DAY
from world.writing import with_long_timeouts
from world.writing_world import write_world

FEWEST = 2 * len(LEADS)
"""People of the smallest world: the demo log-ins and as many others."""

CreateAccount = Callable[[str, str, str, str], Awaitable[None]]
"""Creates the account of a demo log-in: user id, username, e-mail address, password. A second call changes nothing."""


@dataclass(frozen=True, slots=True)
class SeedReport:
    """The result of a seed. `present` means that everything existed before; all times are before `now_ms`."""

    people: int
    posts: int
    follows: int
    likes: int
    logins: tuple[DemoLogin, ...]
    now_ms: int
    present: bool
    seconds: float


async def seed(
    graph: Graph,
    *,
    people: int = 2_000,
    posts: int = 20_000,
    seed: int = 1,
    now_ms: int | None = None,
    progress: Progress = silent,
    create_account: CreateAccount | None = None,
) -> SeedReport:
    """Write the demo world into a migrated graph.

    A second run leaves the same graph, and a run after an interrupted one completes it. All times are before `now_ms`
    (milliseconds since 1970 UTC), by default the start of the day of the first run.

    Raises:
        ValueError: there are too few people, or a negative number of posts.
        WorldConflict: the graph has another demo world.
        UsernameTaken: somebody else has a username of this one; some is written.

    """
    if people < FEWEST or posts < 0:
        raise ValueError(f"A demo world has at least {FEWEST} people, and 0 posts or more.")
    began, graph = time.perf_counter(), with_long_timeouts(graph)
    today = clock.now_ms() // DAY * DAY
    found = await graph.write("world/begin_world", seed=seed, people=people, posts=posts, now=now_ms or today)
    anchor, complete = found[3], found[4]
    if found[:3] != [seed, people, posts] or now_ms not in (None, anchor):
        raise WorldConflict(
            f"This graph already has another demo world (seed {found[0]}, {found[1]} people, {found[2]} posts, "
            f"of {anchor}). Use the same numbers, or empty the graph first."
        )
    plan = await asyncio.to_thread(Plan.of, seed, people, posts, anchor)
    if not complete:
        await write_world(graph, plan, progress)
    logins = tuple(
        DemoLogin(person.id, person.username, email_of(person.username), PASSWORD) for person in plan.people[: len(LEADS)]
    )
    if create_account is not None:
        for login in logins:
            await create_account(login.user_id, login.username, login.email, login.password)
    if not complete:
        await graph.write("world/complete_world")
    return SeedReport(people, posts, len(plan.follows), len(plan.likes), logins, anchor, complete, time.perf_counter() - began)
