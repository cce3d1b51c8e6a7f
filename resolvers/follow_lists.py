"""Lists of those who follow a person and whom a person follows, as far as the viewer may see both people and their follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graph.rows.users import UserRow
from integers import MAX_SAFE_INTEGER
from resolvers.context import Context
from resolvers.pages import ConnectionRow, Keyset, connection, integers_after, page_size
from services.filling import Part, fill
from services.policy.checks import UserCheck
from services.policy.edges import may_see_follow
from services.policy.rules import may_see_followers, may_see_following

Which: TypeAlias = Literal["followers", "following", "known_followers"]
Place: TypeAlias = tuple[Sequence[int], str]
"""A keyset, and the id of the person who stands there."""

_KEYSETS: Mapping[Which, tuple[str, Sequence[str]]] = {
    "followers": ("followers", ("at", "other")),
    "following": ("following", ("at", "other")),
    "known_followers": ("known", ("below",)),
}
"""What the cursors of a list are named, and the parameters of its statement that a keyset gives."""


@dataclass(frozen=True, slots=True)
class FollowList:
    """One list of a person, as the viewer of an operation may see it."""

    context: Context
    user: UserRow
    which: Which

    async def page(self, first: int, after: str | None) -> ConnectionRow:
        """Give a page; an empty one where the list as a whole is hidden.

        Rows of people and of how the viewer stands to them are most often hot, so the policy is asked here and not by the
        statement, which gives ids from an index.
        """
        size = page_size(first)
        named, parameters = _KEYSETS[self.which]
        seal = self.context.seal(f"{named} {self.user.id}")
        start = integers_after(seal.open(after), named, [MAX_SAFE_INTEGER] * len(parameters))
        user = await self._open_user()
        if user is None:
            return connection([], has_next=False, after=after)

        async def show(places: Sequence[Place]) -> Sequence[UserRow | None]:
            return await self._shown(user, [id_ for _, id_ in places])

        page = await fill(
            self._read, show, first=size, start=(start, ""), rounds=self.context.services.refill_rounds
        )
        items: list[tuple[Keyset, UserRow]] = [((named, *keyset), shown) for (keyset, _), shown in page.items]
        among_hidden = page.end is not None and page.end not in (place for place, _ in page.items[-1:])
        end = seal.close(named, *page.end[0]) if page.end and among_hidden else None
        return connection(items, has_next=page.has_next, after=after, end=end)

    async def _open_user(self) -> UserCheck | None:
        """Give whose list it is, None where the viewer may not see it; nobody signed in knows nobody."""
        if self.which == "known_followers" and self.context.viewer is None:
            return None
        rule = may_see_following if self.which == "following" else may_see_followers
        facts = await self.context.loaders.visible_users.checks([self.user.id])
        return next((of for of in facts if rule.holds(of)), None)

    async def _read(self, beyond: Place, count: int) -> Part[Place]:
        context = self.context
        params = dict(zip(_KEYSETS[self.which][1], beyond[0], strict=True))
        if self.which == "known_followers" and context.viewer:
            params["viewer"] = context.viewer.key
        rows = await context.graph.read(f"follows/{self.which}", key=self.user.key, limit=count, **params) or ()
        return Part([(keyset, id_) for *keyset, id_ in rows], len(rows) < count)

    async def _shown(self, user: UserCheck, ids: Sequence[str]) -> list[UserRow | None]:
        """Give those of a slice whose follow the viewer may see, None for the others, in order."""
        shown = {
            of.user.id: of.user
            for of in await self.context.loaders.visible_users.checks(ids)
            if (may_see_follow(user, of) if self.which == "following" else may_see_follow(of, user))
        }
        return [shown.get(id_) for id_ in ids]
