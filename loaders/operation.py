"""All lookups of one operation, made when first used, and the one round trip that primes them for a page of posts."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from errors import Unavailable
from graph.driver import Graph
from graph.ids import is_of_repost, unpack
from graph.rows.mutes import MutedTopic
from graph.rows.posts import PostRow
from graph.rows.users import UserCounts
from keyspace.held_rankings import HeldRankings
from keyspace.list_heads import HeadKind, ListHead, head_lookup
from keyspace.page_scripts import Answers, HomeAbsent, HomeAnswer, PageScripts, PostsAnswer, UsersAnswer
from keyspace.row_cache import Lookup, RowCache, is_lease, marks_of
from keyspace.viewer_flags import VIEWER_FLAGS, ViewerFlag
from loaders.ancestors import AncestorIdsById
from loaders.answered import MayHideById, ReplyHiddenById
from loaders.bookmark_folders import BookmarkFolderByPost, OwnBookmarkFolderById
from loaders.fan_out_plans import FanOutPlanById
from loaders.followed_hashtags import FollowedHashtags
from loaders.held_rankings import HoldingByToken, RankingByToken
from loaders.list_totals import ListTotalsByViewer
from loaders.media import MediaById
from loaders.media_shown import MediaChoiceById, MediaShownById
from loaders.muted_topics import MutedTopicsById, OwnMutedTopicById
from loaders.name_only import NameOnlyUserById
from loaders.once import once
from loaders.personal_tokens import OwnPersonalTokenById
from loaders.post_permissions import PermissionById
from loaders.post_views import PostViewsById
from loaders.posts import PostById, PostCountsById
from loaders.priming import prime
from loaders.quotes import QuoteById
from loaders.rankings import RankingByViewer
from loaders.relationships import ViewerRelationshipById
from loaders.reply_rankings import RANKED_IN_TREE, RANKED_MOST, ReplyRankingById
from loaders.reposts import RepostById
from loaders.roles import OwnRolesById, RolesById
from loaders.rows import Rows, nobody_has
from loaders.suggestions import SuggestionsOfViewer
from loaders.texts_before import TextBefore
from loaders.usernames import UserByUsername, UserIdByUsername
from loaders.users import UserById
from loaders.viewer_flags import ViewerFlagById
from loaders.visible import UserCountsById, VisibleMediaById, VisibleUserById
from services.delivery.plan import FanOutPlans
from services.policy.rules import may_quote, may_reply, may_repost

L = TypeVar("L")


def with_flags(loaders: type[L], flags: Sequence[ViewerFlag] = VIEWER_FLAGS) -> type[L]:
    """Add a loader for each declared flag, made when first used, under the flag's name."""
    for flag in flags:
        loader = once(partial(_flag_loader, flag))
        loader.__set_name__(loaders, flag.name)
        setattr(loaders, flag.name, loader)
    return loaders


def _flag_loader(flag: ViewerFlag, loaders: "Loaders") -> ViewerFlagById:
    loader = ViewerFlagById(loaders._graph, loaders._cache, loaders._viewer_key, flag)  # noqa: SLF001 - a property made outside
    for ids, answers, counts in loaders._flags_found.pop(flag, ()):  # noqa: SLF001 - the same
        loaders._take_flag(loader, flag, ids, answers, counts)  # noqa: SLF001 - the same
    return loader


@with_flags
class Loaders:
    """The lookups of one operation and one viewer, with all that they found."""

    def __init__(self, graph: Graph, cache: RowCache, viewer: tuple[str, int] | None, rows: Rows | None = None) -> None:
        """Take the two stores, the viewer as id and key (None for nobody signed in), and rows to share with other viewers."""
        self._graph, self._cache = graph, cache
        self._rows = Rows(graph, cache) if rows is None else rows
        self._viewer_id: str | None
        self._viewer_key: int | None
        self._viewer_id, self._viewer_key = viewer or (None, None)
        self._viewer = viewer
        self._flags_found: dict[ViewerFlag, list[tuple[Sequence[str], Answers, Answers]]] = {}
        """What pages found of flags that nobody has asked for yet, with the counts found at the same time."""
        self._authors: list[str] = []
        """Those of posts that a write has left."""

    @once
    def _scripts(self) -> PageScripts:
        return PageScripts(self._cache, self._viewer_key)

    @once
    def users(self) -> UserById:
        """Users by id, without the policy."""
        return self._rows.users

    @once
    def visible_users(self) -> VisibleUserById:
        """Users by id whom the viewer may see."""
        return VisibleUserById(self.users, self.relationships, self._viewer_id, self._prime_users)

    @once
    def name_only_users(self) -> NameOnlyUserById:
        """Users by id with nothing but their names, for those whom the viewer blocks."""
        return NameOnlyUserById(self.users)

    @once
    def users_by_name(self) -> UserByUsername:
        """Users whom the viewer may see, by username in lower case."""
        ids = UserIdByUsername(self._graph, self._cache, self.visible_users, self._viewer_key)
        return UserByUsername(ids, self.visible_users, partial(self._prime_names, ids))

    @once
    def user_counts(self) -> UserCountsById:
        """Counts of users by id, those that the viewer may know."""
        return UserCountsById(self._rows.user_counts, self.visible_users)

    def prime_user_counts(self, counts: Mapping[str, UserCounts]) -> None:
        """Take counts of users by id, of which the viewer is shown what they may know."""
        self._rows.user_counts.prime(counts)

    @once
    def roles(self) -> RolesById:
        """The roles of people by id, for checks: what a viewer may know of them is in `own_roles`."""
        return RolesById(self._graph, self._cache)

    @once
    def own_roles(self) -> OwnRolesById:
        """The viewer's own roles, by the viewer's id."""
        return OwnRolesById(self.roles, self._viewer_id)

    @once
    def own_personal_tokens(self) -> OwnPersonalTokenById:
        """Tokens that the viewer made for programs, by the token's id."""
        return OwnPersonalTokenById(self._graph, self._viewer_id)

    @once
    def own_bookmark_folders(self) -> OwnBookmarkFolderById:
        """The viewer's folders of bookmarks, by the folder's id."""
        return OwnBookmarkFolderById(self._graph, self._viewer_id)

    @once
    def bookmark_folders(self) -> BookmarkFolderByPost:
        """The folder that the viewer's bookmark of a post is in, by the post's id."""
        return BookmarkFolderByPost(self._graph, self._viewer_key)

    @once
    def list_totals(self) -> ListTotalsByViewer:
        """How long the viewer's own lists are, by the viewer's id."""
        return ListTotalsByViewer(self._graph)

    @once
    def followed_hashtags(self) -> FollowedHashtags:
        """Whether the viewer follows a hashtag, by its name."""
        return FollowedHashtags(self._graph, self._viewer_key)

    @once
    def relationships(self) -> ViewerRelationshipById:
        """The relationship between the viewer and a user, by the user's id."""
        return ViewerRelationshipById(self._graph, self._cache, self._viewer_key)

    @once
    def suggestions(self) -> SuggestionsOfViewer:
        """People whom the viewer, who is signed in, may know."""
        return SuggestionsOfViewer(self.rankings, self.users, self.visible_users, self._prime_ranking)

    @once
    def rankings(self) -> RankingByViewer:
        """Whom the viewer, who is signed in, may know, ranked, without the policy."""
        assert self._viewer is not None
        return RankingByViewer(self._graph, self._cache, self._viewer)

    @once
    def muted_topics(self) -> MutedTopicsById:
        """The topics that the viewer mutes, by the viewer's id."""
        return MutedTopicsById(self._graph, self._cache, self._viewer)

    @once
    def own_muted_topics(self) -> OwnMutedTopicById:
        """Topics that the viewer mutes now, by the topic's id."""
        return OwnMutedTopicById(self.muted_topics, self._viewer_id)

    @once
    def posts(self) -> PostById:
        """Posts by id that the viewer may see."""
        return PostById(self._rows.posts, self.users, self.relationships, self._viewer_id, self._prime_posts)

    def prime_post(self, post: PostRow) -> None:
        """Take a post as a write has left it, of which the viewer is shown what they may see."""
        self._rows.posts.prime({post.id: post})
        self._authors.append(post.author_id)

    @once
    def ancestors(self) -> AncestorIdsById:
        """What a post answers, what that answers, and so on, by the post's id: ids, without the policy."""
        return AncestorIdsById(self._graph)

    @once
    def texts_before(self) -> TextBefore:
        """What a post said until a moment, by its id and the moment: without the policy."""
        return TextBefore(self._graph)

    @once
    def media_shown(self) -> MediaShownById:
        """How the pictures of a post are shown to the viewer, by its id."""
        return MediaShownById(self._rows.posts, lambda: self.media_choices, self._viewer_id)

    @once
    def media_choices(self) -> MediaChoiceById:
        """What the viewer chose for sensitive pictures, by their id."""
        return MediaChoiceById(self.users)

    @once
    def reply_rankings(self) -> ReplyRankingById:
        """The most relevant replies to a post, by its id: ids, without the policy."""
        return ReplyRankingById(self._graph, self._viewer_key, RANKED_MOST)

    @once
    def tree_rankings(self) -> ReplyRankingById:
        """The same of the posts of a tree, which shows fewer of each."""
        return ReplyRankingById(self._graph, self._viewer_key, RANKED_IN_TREE)

    @once
    def held_rankings(self) -> RankingByToken:
        """The rankings of replies through which the viewer pages, by their token."""
        return RankingByToken(HeldRankings(self._cache.keyspace, self._viewer_key or 0))

    @once
    def ranking_holder(self) -> HoldingByToken:
        """Holds rankings of replies through which the viewer may page."""
        return HoldingByToken(HeldRankings(self._cache.keyspace, self._viewer_key or 0))

    @once
    def may_reply(self) -> PermissionById:
        """Whether the viewer may reply to a post, by its id."""
        return PermissionById(self.posts, may_reply)

    @once
    def may_quote(self) -> PermissionById:
        """Whether the viewer may quote a post, by its id."""
        return PermissionById(self.posts, may_quote)

    @once
    def may_hide(self) -> MayHideById:
        """Whether the viewer may hide a reply, by its id."""
        return MayHideById(self.posts, self.hydrate, self._viewer_id)

    @once
    def replies_hidden(self) -> ReplyHiddenById:
        """Whether a reply is hidden, by its id."""
        return ReplyHiddenById(self.posts, self.hydrate, self._viewer_id)

    @once
    def quotes(self) -> QuoteById:
        """What a post quotes, by the id of the post that quotes."""
        return QuoteById(self.posts, self.hydrate, self.relationships, self.muted_topics, self._viewer_id)

    @once
    def may_repost(self) -> PermissionById:
        """Whether the viewer may repost a post, by its id."""
        return PermissionById(self.posts, may_repost)

    @once
    def reposts(self) -> RepostById:
        """Reposts by id, without the policy."""
        return self._rows.reposts

    @once
    def post_counts(self) -> PostCountsById:
        """Counts of posts by id."""
        return self._rows.post_counts

    @once
    def post_views(self) -> PostViewsById:
        """How often posts were viewed, by id."""
        return PostViewsById(self.posts, self.post_counts, self._viewer_id)

    @once
    def fan_out_plans(self) -> FanOutPlanById:
        """How the viewer's own posts are delivered, by id."""
        plans = FanOutPlans(self._cache.timelines or self._cache.keyspace, self._graph)
        return FanOutPlanById(self.posts, plans, self._viewer_id)

    def flag(self, flag: ViewerFlag) -> ViewerFlagById:
        """Return the loader of a declared flag; it is also an attribute by the name of the flag."""
        loader: ViewerFlagById = getattr(self, flag.name)
        return loader

    @once
    def media(self) -> MediaById:
        """Media by id, in any state, without the policy."""
        return self._rows.media

    @once
    def visible_media(self) -> VisibleMediaById:
        """Media by id that the viewer may see."""
        return VisibleMediaById(self.media, self.visible_users, self.posts, self.hydrate)

    def prime_topics(self, topics: tuple[MutedTopic, ...] | None) -> None:
        """Take what the viewer mutes by topic."""
        if self._viewer_id is not None:
            self.muted_topics.known[self._viewer_id] = topics

    async def hydrate_entries(self, ids: Sequence[str], others: Sequence[str] = ()) -> list[PostRow | None]:
        """Return the posts of entries, which are posts and reposts, as `hydrate` does, and look up `others`, which are reposts.

        What is cached of reposts, of their posts and of those who reposted comes in the same round trip.
        """
        if not others and not any(map(is_of_repost, ids)):
            return await self.hydrate(ids)
        reposts, bodies = self._rows.reposts, self._rows.posts
        missing = [id_ for id_ in (*ids, *others) if not (reposts if is_of_repost(id_) else bodies).was_looked_up(id_)]
        if missing:
            await self._prime_page(missing)
        of_reposts = [id_ for id_ in (*ids, *others) if is_of_repost(id_)]
        posts = {row.id: row.post_id for row in await reposts.many(of_reposts) if row is not None} if of_reposts else {}
        wanted = [posts.get(id_) if is_of_repost(id_) else id_ for id_ in ids]
        found = iter(await self.hydrate([id_ for id_ in wanted if id_ is not None]))
        return [None if id_ is None else next(found) for id_ in wanted]

    async def hydrate(self, ids: Sequence[str]) -> list[PostRow | None]:
        """Return the posts of a page that the viewer may see, None for the others, in order.

        One round trip brings what is cached of bodies, counts, authors, flags and relationships. Only what is missing costs more.
        """
        return await self.posts.many(ids)

    async def _prime_posts(self, ids: Sequence[str]) -> None:
        """Take what is cached of posts, and of the authors of those that a write has left: mostly one round trip, or none."""
        bodies = self._rows.posts
        missing = [id_ for id_ in ids if not bodies.was_looked_up(id_)]
        if missing:
            await self._prime_page(missing)
        if self._authors:
            await self._prime_users(self._authors)

    async def _prime_users(self, ids: Sequence[str]) -> None:
        """Take what is cached of users and relationships: one round trip, or none if all is known."""
        loaders = (self.users,) if self._viewer_key is None else (self.users, self.relationships)
        missing = [id_ for id_ in dict.fromkeys(ids) if not all(each.was_looked_up(id_) for each in loaders)]
        if not missing:
            return
        with suppress(Unavailable):
            self._take_users(missing, await self._scripts.users(missing))

    async def _prime_names(self, loader: UserIdByUsername, names: Sequence[str]) -> None:
        """Take what is cached of names, their users and relationships: one round trip."""
        with suppress(Unavailable):
            answer = await self._scripts.names(names)
            prime(loader, names, answer.names)
            loader.refresh(marks_of(answer.users.chosen, loader.kind, names))
            self._rows.take_counts(zip(answer.ids, answer.counts, strict=True))
            self._take_users([unpack(id_) for id_ in answer.ids], answer.users)

    async def listed(self, kind: HeadKind, owner: str, most: int) -> Lookup[ListHead]:
        """Read the head of a list by the id of its owner, and what is cached for up to `most` that begin it: one round trip."""
        try:
            head, rows = await self._scripts.listed(kind, owner, most)
        except Unavailable:
            return Lookup()
        found = head_lookup(self._cache, kind, owner, head, () if rows is None else rows.chosen)
        if isinstance(rows, PostsAnswer):
            self._take_page(found.found[owner].ids[:most], rows)
        elif rows is not None:
            self._take_users(found.found[owner].ids[:most], rows)
        return found

    def _take_users(self, ids: Sequence[str], answer: UsersAnswer) -> None:
        """Take what is cached of users and relationships."""
        prime(self.users, ids, answer.users)
        if self._viewer_key is not None:
            prime(self.relationships, ids, answer.relationships)
        if answer.chosen:
            self._refresh(answer.chosen)

    async def _prime_ranking(self, count: int) -> None:
        """Take what is cached of the viewer's ranking, and of the users whom its first `count` name: one round trip."""
        rankings = self.rankings
        if rankings.id in rankings.known:
            return
        try:
            answer = await self._scripts.ranked(rankings.kind.key(rankings.id), count)
        except Unavailable:
            return
        prime(rankings, [rankings.id], [answer.ranking])
        if (ranking := rankings.known.get(rankings.id)) is not None:
            prime(self.users, ranking.users_of(count), answer.users)
            self.users.refresh(marks_of(answer.chosen, self.users.kind, self.users.known))

    async def home_timeline(self, below: str, count: int, life: int, beginning: str) -> HomeAnswer | HomeAbsent:
        """Read up to `count` ids of the viewer's cached timeline below one, or what is missing for that.

        The same round trip brings what is cached of the posts. The lists then live `life` seconds from now. `beginning` is the
        newest id of the walk, `LAST` where this begins it.

        Raises:
            Unavailable: Redis does not answer.

        """
        answer = await self._scripts.home(below, count, life, beginning)
        if isinstance(answer, HomeAnswer):
            self._take_page([*answer.ids, *answer.passed], answer.posts)
        return answer

    async def _prime_page(self, ids: Sequence[str]) -> None:
        try:
            answer = await self._scripts.entries(ids)
        except Unavailable:
            return
        self._take_page(ids, answer)

    def _take_page(self, ids: Sequence[str], page: PostsAnswer) -> None:
        """Take what is cached for the posts and reposts of a page."""
        ids, author_ids = self._rows.take(ids, page)
        if self._viewer_id is not None:
            self._take_relationships(author_ids, page.relationships)
            prime(self.muted_topics, [self._viewer_id], page.muted_topics)
            for flag, answers in zip(VIEWER_FLAGS, page.flags, strict=True):
                if flag.name in self.__dict__:
                    self._take_flag(self.flag(flag), flag, ids, answers, page.counts)
                else:
                    self._flags_found.setdefault(flag, []).append((ids, answers, page.counts))
        if page.chosen:
            self._refresh(page.chosen)

    def _take_flag(
        self, loader: ViewerFlagById, flag: ViewerFlag, ids: Sequence[str], answers: Answers, counts: Answers
    ) -> None:
        """Take what is cached of a flag, and note the leased posts of which these counts say that nobody has set it.

        Counts that were known before may be older than the leases, and so may be what was noted by them.
        """
        prime(loader, ids, answers)
        if not flag.counted or not loader.leases:
            return
        decoder, unset = self._rows.post_counts.decoder, loader.unset
        for id_, answer, count in zip(ids, answers, counts, strict=True):
            if is_lease(answer):
                unset.discard(id_)
                if not is_lease(count) and nobody_has(flag, decoder(count)):
                    unset.add(id_)

    def _refresh(self, chosen: Sequence[bytes]) -> None:
        """Refresh rows that were just taken."""
        self._rows.refresh(chosen)
        topics = self.muted_topics
        topics.refresh(marks_of(chosen, topics.kind, topics.known))

    def _take_relationships(self, ids: Sequence[str], answers: Answers) -> None:
        prime(self.relationships, ids, answers)
