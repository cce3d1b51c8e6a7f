"""Second factors by id, for their owner."""

from collections.abc import Sequence

from errors import Unauthenticated
from graph.rows.factors import Passkey
from resolvers.context import Context


async def own_passkeys(context: Context, ids: Sequence[str]) -> Sequence[Passkey | None]:
    """Return passkeys of the viewer by id, to a person alone: a program does not learn of them."""
    viewer = context.viewer
    if viewer is None or viewer.token_id is not None:
        return [None] * len(ids)
    try:
        factors = await context.services.accounts.authenticator_apps.of(viewer)
    except Unauthenticated:
        return [None] * len(ids)
    found = {each.id: each for each in factors.passkeys}
    return [found.get(id_) for id_ in ids]
