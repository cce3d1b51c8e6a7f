"""Follows, requests to follow, and blocks: what the viewer does about somebody, and pages of whom it concerns."""

from errors import NotFound
from graph.rows.users import UserRow
from integers import MAX_SAFE_INTEGER
from loaders.loader import Maybe
from resolvers.context import Context
from resolvers.global_ids import own_id
from resolvers.pages import ConnectionRow, connection, integers_after, page_size


async def follow(context: Context, user: str) -> tuple[UserRow, UserRow, bool]:
    """Follow a person, or ask to; give them, the viewer, and whether the viewer waits for an answer."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    waits = await context.services.follows.follow(viewer, target)
    return *await both(context, target, viewer.id), waits


async def unfollow(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """Stop following a person; give them and the viewer."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.follows.unfollow(viewer, target)
    return await both(context, target, viewer.id)


async def remove_follower(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """End the follow of the viewer by a person; give them and the viewer."""
    viewer, follower = context.signed_in(), own_id("User", user, "userId")
    await context.services.follows.remove_follower(viewer, follower)
    return await both(context, follower, viewer.id)


async def cancel_request(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """Ask a person no longer; give them and the viewer."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.requests.cancel(viewer, target)
    return await both(context, target, viewer.id)


async def accept_request(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """Let a person who asks follow the viewer; give them and the viewer."""
    viewer, asker = context.signed_in(), own_id("User", user, "userId")
    await context.services.requests.accept(viewer, asker)
    return await both(context, asker, viewer.id)


async def refuse_request(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """Refuse a person who asks; give them and the viewer."""
    viewer, asker = context.signed_in(), own_id("User", user, "userId")
    await context.services.requests.refuse(viewer, asker)
    return await both(context, asker, viewer.id)


async def block(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """Block a person; give them, by name alone, and the viewer."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.blocks.block(viewer, target)
    return await both(context, target, viewer.id, named=True)


async def unblock(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """Block a person no longer; give them and the viewer.

    They are given by name alone, as when they were blocked: whether there is more to see may depend on them.
    """
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.blocks.unblock(viewer, target)
    return await both(context, target, viewer.id, named=True)


async def received_requests(context: Context, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the people who ask to follow the viewer, newest first."""
    return await people_page(context, "requests/received", context.loaders.visible_users, first, after)


async def sent_requests(context: Context, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the people whom the viewer asks to follow, newest first."""
    return await people_page(context, "requests/sent", context.loaders.visible_users, first, after)


async def blocked(context: Context, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the people whom the viewer blocks, by name alone, newest first."""
    return await people_page(context, "blocks/page", context.loaders.named_users, first, after)


async def people_page(
    context: Context, statement: str, people: Maybe[str, UserRow], first: int, after: str | None, **params: int
) -> ConnectionRow:
    """Make a page of a statement, which leaves out whom the viewer may not see, so that pages are full."""
    viewer, size = context.signed_in(), page_size(first)
    at, other = integers_after(after, statement, (MAX_SAFE_INTEGER, MAX_SAFE_INTEGER))
    rows = await context.graph.read(statement, viewer=viewer.key, at=at, other=other, limit=size + 1, **params)
    shown = [((statement, when, key), id_) for when, key, id_ in rows[:size]]
    found = zip(shown, await people.many([id_ for _, id_ in shown]), strict=True)
    items = [(place, user) for (place, _), user in found if user is not None]
    return connection(items, has_next=len(rows) > size, after=after, end=shown[-1][0] if shown else None)


async def both(context: Context, target: str, viewer: str, *, named: bool = False) -> tuple[UserRow, UserRow]:
    """Give the two as they are now, the target by name alone where that is all to be told of them."""
    context.forget()
    loaders = context.loaders
    first, second = await loaders.visible_users.many([target, viewer])
    if named:
        first = await loaders.named_users.one(target)
    if first is None or second is None:
        raise NotFound("person")
    return first, second
