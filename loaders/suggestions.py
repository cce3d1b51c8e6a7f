"""Lookups of people whom the viewer may know, as they may be shown now.

Whatever changes between the viewer and anybody removes the viewer's ranking. So it names nobody whom the viewer follows, has
asked, mutes or blocks, or who blocks the viewer, and only mutuals whom the viewer follows. What others chose for themselves is
asked of their rows, at each reading. What others follow may be as old as the ranking.
"""

from collections.abc import Awaitable, Callable, Sequence

from graph.rows.relationships import UNRELATED, ViewerRelationship
from graph.rows.suggestions import Candidate, Ranking, Suggestion
from graph.rows.users import UserRow
from loaders.rankings import RankingByViewer
from loaders.users import UserById
from loaders.visible import VisibleUserById
from services.policy.checks import UserCheck
from services.policy.rules import may_find_user, may_see_followers, may_see_following

Prime = Callable[[int], Awaitable[None]]
"""Primes the ranking, and the users of a page of so many, with what is cached of them, in one round trip."""

NAMED = 3
"""Mutuals named as the reason of a suggestion."""
_FOLLOWED = ViewerRelationship(following_since=0)
"""How the viewer and a mutual stand, as far as the rules for lists ask."""


class SuggestionsOfViewer:
    """The suggestions of one viewer."""

    def __init__(self, rankings: RankingByViewer, users: UserById, visible: VisibleUserById, prime: Prime) -> None:
        """Share the rows that are known."""
        self._rankings, self._users, self._visible, self._prime = rankings, users, visible, prime

    async def first(self, count: int) -> list[Suggestion]:
        """Return the first `count` of them, most mutuals first; of two with as many, the older account.

        Where so many are hidden since the ranking was made that it has too few others, one is made anew.

        Raises:
            Unavailable: something is not cached, and the graph cannot be reached.

        """
        await self._prime(count)
        ranking = await self._rankings.current(count)
        shown = await self._shown(ranking, count)
        if len(shown) < count and not ranking.ended:
            shown = await self._shown(await self._rankings.anew(ranking, count), count)
        return shown

    async def _shown(self, ranking: Ranking, count: int) -> list[Suggestion]:
        """Return the first of a ranking who may be shown. Others are looked up only where some of them may not."""
        shown: list[Suggestion] = []
        looked_at = 0
        while len(shown) < count and looked_at < len(ranking.candidates):
            some = ranking.candidates[looked_at : looked_at + count - len(shown)]
            looked_at += len(some)
            shown += await self._visible_of(some)
        return sorted(shown, key=lambda each: (-each.mutuals, each.user.key))

    async def _visible_of(self, candidates: Sequence[Candidate]) -> list[Suggestion]:
        """Return the candidates who may be shown, each with the mutuals who may be named."""
        ids = dict.fromkeys(id_ for each in candidates for id_ in (each.id, *each.mutual_ids))
        users = dict(zip(ids, await self._users.many(list(ids)), strict=True))
        found = [
            suggestion
            for each in candidates
            if (user := users[each.id]) is not None
            and self._may_be_shown(user)
            and (suggestion := self._explained(user, each, [users[id_] for id_ in each.mutual_ids])) is not None
        ]
        # What may be suggested or named may be seen: the fields of these users look nothing up for that.
        self._visible.prime({each.user.id: each.user for each in found})
        self._visible.prime({id_: users[id_] for each in found for id_ in each.mutual_ids})
        return found

    def _explained(self, user: UserRow, candidate: Candidate, mutuals: Sequence[UserRow | None]) -> Suggestion | None:
        """Return a suggestion with its mutuals, None where each of them hides now whom they follow.

        Who has no more mutuals than are held is counted exactly; of the others, those are left out who are known to hide.
        """
        named = [mutual.id for mutual in mutuals if mutual is not None and self._may_be_named(mutual)]
        left = candidate.mutuals - (len(mutuals) - len(named))
        return Suggestion(user, left, named[:NAMED]) if left else None

    def _may_be_shown(self, user: UserRow) -> bool:
        check = UserCheck(self._rankings.id, user, UNRELATED)
        return may_find_user.holds(check) and may_see_followers.holds(check)

    def _may_be_named(self, mutual: UserRow) -> bool:
        return may_see_following.holds(UserCheck(self._rankings.id, mutual, _FOLLOWED))
