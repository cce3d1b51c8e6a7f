"""Pages of requests to follow and of blocks."""

from graph.rows.users import UserRow
from integers import MAX_SAFE_INTEGER
from loaders.loader import Maybe
from resolvers.context import Context
from resolvers.pages import ConnectionRow, connection, integers_after, page_size


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
