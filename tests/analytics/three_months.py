"""People who signed up and wrote in three months, and what the tests of refreshes do to them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from analytics.export.months import between, first_ms, month_at
from clock import now_ms
from graph.ids import id_at
from graph.rows.posts import Audience
from services.accounts.deactivation import Reactivation
from services.accounts.viewer import Viewer
from services.posts.purge import Purge
from tests.worlds.copies import Copy, shown_to_nobody
from tests.worlds.delivery import waiting
from tests.worlds.town import Town

PEOPLE = ("ada", "bea", "cid", "dov", "eve")
NOW = month_at(now_ms())
OLD, MIDDLE, NEW = MONTHS = [month for month in between("2026-01", NOW) if month != NOW][-3:]
"""The three months before this one: so many are enough to tell which are written."""


async def settle(town: Town) -> None:
    """Let people sign up in three months."""
    people: list[dict[str, Any]] = [
        {
            "id": id_at(first_ms(MONTHS[at % len(MONTHS)]) + at, at), "username": name, "usernameKey": name, "displayName": name,
            "bio": "", "private": False, "discoverable": True, "state": "ACTIVE", "createdAt": 1,
        }
        for at, name in enumerate(PEOPLE)
    ]  # fmt: skip
    last, _ = await town.parts.graph.write("world/add_people", people=people)
    for row in people:  # without a password, so that nobody has to prove one
        address = {"emailHashes": [row["username"]], "emailSealed": row["username"], "passwordHash": None}
        await town.parts.graph.write("accounts/add_account", userId=row["id"], **address)
    expires = datetime.now(UTC) + timedelta(minutes=15)
    for at, row in enumerate(people):
        town.people[row["username"]] = Viewer(row["id"], last + 1 + at, expires)


async def live(town: Town) -> None:
    """Let them write in three months, follow each other, like and repost."""
    for month in MONTHS:
        rows = [[id_at(first_ms(month) + at, at), town.people[name].key, "Hello"] for at, name in enumerate(PEOPLE)]
        rest: list[Any] = [None, Audience.PUBLIC.value, True, None, None, [], [], first_ms(month)]
        await town.parts.graph.write("world/add_posts", rows=[[*row, *rest] for row in rows])
    for who in PEOPLE:
        await town.follow(who, *(name for name in PEOPLE if name != who))
    for post in await posts(town):
        for who in PEOPLE[:3]:
            await town.parts.services.likes.add(town.people[who], post)
            await town.repost(who, post)


async def posts(town: Town) -> list[str]:
    """Give the ids of the posts that strangers see, oldest first."""
    return sorted(row[0] for row in (await shown_to_nobody(town.parts))["posts"])


async def again(town: Town, copy: Copy) -> set[tuple[str, str]]:
    """Refresh after what happened was noted, and give which files are others; the copy is what strangers see."""
    while await waiting(town.parts.graph, 1):  # what is delivered may write events as well
        await town.deliver()
    before = copy.inodes()
    await copy.refresh()
    assert await copy.tables() == await shown_to_nobody(town.parts)
    now = copy.inodes()
    return {part for part in before.keys() | now.keys() if before.get(part) != now.get(part)}


async def purge(town: Town) -> int:
    """Purge what was deleted until now, and give how many posts."""
    return await Purge(town.parts.writer, timedelta(0)).run(now_ms() + 1)


async def come_back(town: Town, who: str) -> None:
    """Let somebody log in who deactivated their account."""
    loaders = town.parts.services.feeds.reader(None).loaders
    (check,) = await loaders.visible_users.checks([town.people[who].id])
    await Reactivation(town.parts.writer, timedelta(days=1)).run(check.user)


def redis_of(town: Town) -> str:
    """Give where the Redis of a process is."""
    return town.parts.settings.redis_url.get_secret_value()
