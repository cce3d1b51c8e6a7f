"""Users, and ways between users."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.rows.relationships import UNRELATED
from graph.rows.users import UserRow
from loaders.operation import Loaders
from resolvers.context import Context
from services.accounts.names import username_key
from services.relationships.pairs import PairRows


async def viewer(context: Context) -> UserRow | None:
    """Return the viewer's own row, None when nobody is signed in."""
    return await context.loaders.visible_users.one(context.viewer.id) if context.viewer else None


async def by_username(context: Context, username: str) -> UserRow | None:
    """Return a person by username, in any case."""
    key = username_key(username.removeprefix("@"))
    return await context.loaders.users_by_name.one(key) if key else None


def know_pair(context: Context, viewer: str, target: str, rows: PairRows) -> None:
    """Let the payload show a viewer and a target, by their ids, as a write has left them."""

    def know(loaders: Loaders) -> None:
        loaders.relationships.prime({target: rows.relationship, viewer: UNRELATED})
        loaders.prime_user_counts({target: rows.target_counts, viewer: rows.viewer_counts})

    context.know(know)


@dataclass(frozen=True, slots=True)
class PathRow:
    """The people on a shortest way, both ends included."""

    people: Sequence[UserRow]

    @property
    def degrees(self) -> int:
        """Steps from one end to the other."""
        return len(self.people) - 1


async def path(context: Context, target: str, source: str | None) -> PathRow | None:
    """Return a shortest way from the source, by default the viewer, to the target; None where the viewer can see none."""
    start = context.signed_in().id if source is None else source
    one, other = await context.loaders.visible_users.many([start, target])
    if one is None or other is None:
        return None
    if one.id == other.id:
        return PathRow([one])
    viewer = context.viewer
    paths = context.services.paths.of_viewer(viewer.id if viewer else None)
    people = await paths.shortest(viewer.key if viewer else None, one.key, other.key)
    return None if people is None else PathRow(people)
