"""People, pages of people, and suggestions."""

from collections.abc import Sequence
from typing import Literal

from graph.rows import UserRow
from resolvers.context import Context
from resolvers.global_ids import own_id
from resolvers.pages import ConnectionRow, connection, cursor, integers_after, page_size
from services.accounts.names import username_key
from services.suggestions import Suggestion
from services.timelines.fan_out import NEWEST

SUGGESTIONS_MAX = 50
"""Most suggestions at once."""


async def me(context: Context) -> UserRow | None:
    """Give the viewer's own row, or None when nobody is signed in."""
    return await context.loaders.visible_users.one(context.viewer.id) if context.viewer else None


async def by_username(context: Context, username: str) -> UserRow | None:
    """Give a person by username, in any case."""
    key = username_key(username.removeprefix("@"))
    row = await context.loaders.users_by_name.one(key) if key else None
    return row if row is not None and row.state == "ACTIVE" else None


async def followers(context: Context, person: UserRow, first: int, after: str | None) -> ConnectionRow:
    """Give a page of followers, newest first."""
    return await _follow_page(context, "followers", person, first, after)


async def following(context: Context, person: UserRow, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the people somebody follows, newest first."""
    return await _follow_page(context, "following", person, first, after)


async def known_followers(context: Context, person: UserRow, first: int, after: str | None) -> ConnectionRow:
    """Give a page of those whom the viewer follows and who follow a person; empty when nobody is signed in."""
    size = page_size(first)
    (below,) = integers_after(after, "known", (NEWEST,))
    if context.viewer is None:
        return connection([], has_next=False, after=after)
    rows = await context.graph.read(
        "follows/known_followers", viewer=context.viewer.key, key=person.key, below=below, limit=size + 1
    )
    return await _people(context, [(("known", key), id_) for key, id_ in rows or ()], size, after)


async def suggestions(context: Context, first: int) -> Sequence[Suggestion]:
    """Give people whom the viewer may know."""
    viewer = context.signed_in()
    found = await context.services.suggestions.people(viewer.key, page_size(first, SUGGESTIONS_MAX))
    context.loaders.users.prime({each.person.id: each.person for each in found})
    return found


async def path(context: Context, target: str, source: str | None) -> list[UserRow] | None:
    """Give the people on a shortest way from the source, by default the viewer, to the target; None without one."""
    start = context.signed_in().id if source is None else own_id("User", source, "fromId")
    one, other = await context.loaders.visible_users.many([start, own_id("User", target, "toId")])
    if one is None or other is None:
        return None
    if one.id == other.id:
        return [one]
    return await context.services.suggestions.path(one.key, other.key)


async def _follow_page(
    context: Context, page: Literal["followers", "following"], person: UserRow, first: int, after: str | None
) -> ConnectionRow:
    size = page_size(first)
    at, other = integers_after(after, page, (NEWEST, NEWEST))
    rows = await context.graph.read(f"follows/{page}", key=person.key, at=at, other=other, limit=size + 1)
    return await _people(context, [((page, when, key), id_) for when, key, id_ in rows], size, after)


async def _people(
    context: Context, rows: Sequence[tuple[Sequence[int | str], str]], size: int, after: str | None
) -> ConnectionRow:
    """Make a page of one row more than it shows. Ids are cheap; the people are most often hot."""
    shown = rows[:size]
    people = await context.loaders.visible_users.many([id_ for _, id_ in shown])
    found = [(cursor(*keyset), person) for (keyset, _), person in zip(shown, people, strict=True) if person is not None]
    end = cursor(*shown[-1][0]) if shown else None
    return connection(found, has_next=len(rows) > size, after=after, end=end)
