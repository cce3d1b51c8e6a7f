"""Things by global id."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from errors import InvalidInput
from graph.rows.hashtags import HashtagRow
from graph.rows.personal_tokens import PersonalToken
from resolvers.context import Context
from resolvers.factors import own_passkeys
from resolvers.global_ids import decode
from resolvers.sessions import own_sessions

NODES_MAX = 100
"""Most ids in one call of `nodes`."""


async def node(context: Context, global_id: str) -> Any:
    """Return a thing, None for what does not exist or may not be seen, and for what is no id of ours."""
    return (await _of_kinds(context, [decode(global_id)]))[0]


async def nodes(context: Context, global_ids: Sequence[str]) -> list[Any]:
    """Return things in the order of their ids, None for what does not exist or may not be seen, and for what is no id of ours."""
    if len(global_ids) > NODES_MAX:
        raise InvalidInput("ids", f"At most {NODES_MAX} ids at once.")
    return await _of_kinds(context, [decode(global_id) for global_id in global_ids])


async def _of_kinds(context: Context, wanted: Sequence[tuple[str, str] | None]) -> list[Any]:
    loaders = context.loaders
    loads: Sequence[tuple[str, Callable[[Sequence[str]], Awaitable[Sequence[Any]]]]] = (
        ("User", loaders.visible_users.many),
        ("Post", loaders.hydrate),
        ("Picture", loaders.visible_media.many),
        ("MutedTopic", loaders.own_muted_topics.many),
        ("PersonalToken", partial(_personal_tokens, context)),
        ("ActiveSession", partial(own_sessions, context)),
        ("Passkey", partial(own_passkeys, context)),
        ("BookmarkFolder", loaders.own_bookmark_folders.many),
        ("Hashtag", _hashtags),
    )
    found: dict[tuple[str, str], Any] = {}
    for kind, load in loads:
        if ids := [each[1] for each in wanted if each and each[0] == kind]:
            found |= {(kind, id_): row for id_, row in zip(ids, await load(ids), strict=True)}
    return [found[each] if each else None for each in wanted]


async def _hashtags(names: Sequence[str]) -> Sequence[HashtagRow]:
    """Return hashtags, which are there whether or not a post has them."""
    return [HashtagRow(name) for name in names]


async def _personal_tokens(context: Context, ids: Sequence[str]) -> Sequence[PersonalToken | None]:
    """Return tokens that the viewer made, to a person alone: a program does not learn of others."""
    if context.viewer is not None and context.viewer.token_id is not None:
        return [None] * len(ids)
    return await context.loaders.own_personal_tokens.many(ids)
