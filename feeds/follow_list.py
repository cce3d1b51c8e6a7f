"""What the lists of follows of a user have in common: which of them a viewer may see, and which follows in them.

Rows of users and relationships are most often cached, so the policy is asked here and not by the statements, which only seek in
an index.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feeds.keysets import Place
from feeds.paginate import EMPTY, Skeleton, Slice
from feeds.reader import Reader
from graph.rows.users import UserRow
from services.policy.checks import UserCheck
from services.policy.rule import Rule


@dataclass(frozen=True, slots=True)
class FollowList:
    """A list of a user that the viewer may see where `rule` holds for the user.

    `shows` tells whether a viewer may see the follow between the user and another one on the list.
    """

    reader: Reader
    user: UserRow
    rule: Rule[UserCheck]
    shows: Callable[[UserCheck, UserCheck], bool]

    def skeleton(self, read: Skeleton) -> Skeleton:
        """Return a skeleton that is empty where the viewer may not see the list as a whole."""

        async def read_if_visible(after: Place, limit: int) -> Slice:
            return EMPTY if await self._visible_user() is None else await read(after, limit)

        return read_if_visible

    async def hydrate(self, ids: Sequence[str]) -> Sequence[UserRow | None]:
        """Return the users whose follow the viewer may see, None for the others, in order."""
        user = await self._visible_user()
        if user is None:
            return [None] * len(ids)
        checks = await self.reader.loaders.visible_users.checks(ids)
        shown = {other.user.id: other.user for other in checks if self.shows(user, other)}
        return [shown.get(id_) for id_ in ids]

    async def _visible_user(self) -> UserCheck | None:
        """Return whose list it is, None where the viewer may not see it. After the first time, this waits for nothing."""
        checks = await self.reader.loaders.visible_users.checks([self.user.id])
        return next((check for check in checks if self.rule.holds(check)), None)
