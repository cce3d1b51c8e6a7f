"""Posts: what they show, and writing, changing, deleting and liking them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import feeds.detached_quotes
import feeds.hidden_replies
import feeds.history
import feeds.home
import feeds.profile
import feeds.quotes
import feeds.reactions
import feeds.replies
from execution.declarations import Cost, RowsOf
from feeds.connection import Edge, edge_by_id
from graph.idempotency import Once
from graph.rows.media_display import MediaShown
from graph.rows.posts import Audience, PostRow, QuoteRule, ReplyRule
from keyspace.viewer_flags import BOOKMARKED, LIKED, REPOSTED
from resolvers.bookmarks import folder_of
from resolvers.context import Context
from resolvers.entities import hashtags_of, links_of, mentions_of
from resolvers.global_ids import encode
from resolvers.posts import editable_until, flagged, is_new, visible_post
from schema import threads, view_counts
from schema.connections import connection_of, edge_of
from schema.entities import HashtagUse, Link, Mention
from schema.enums import show_enum
from schema.fan_out import FanoutPlan
from schema.fields import attribute, by_key, by_keys, computed, global_id, page, resolved, viewer_flag
from schema.inputs import IdOf
from schema.marks import MARKS_OF_EDGE
from schema.media import Media
from schema.nodes import GLOBAL_ID, Node
from schema.operations import mutation, public_query
from schema.payloads import Returned, lookup_returned, returned
from schema.post_versions import PostVersionConnection
from schema.quotes import Quote
from schema.reactions import LikerConnection, ReposterConnection
from schema.users import User, the_viewer
from services.accounts.viewer import Viewer
from services.events.attempt import Attempt
from services.posts.wording import MENTIONS_MAX
from services.posts.writing import MEDIA_MAX, Draft
from services.write_limits.outcomes import WriteLimit

if TYPE_CHECKING:
    from schema.bookmarks import BookmarkFolder

show_enum(
    Audience,
    "Who may see a post.",
    {
        "PUBLIC": "Everybody, signed in or not.",
        "FOLLOWERS": "Its author, those who follow them, and those whom it mentions. Who is answered counts as mentioned.",
        "CLOSE_FRIENDS": "Its author and those whom they chose as close friends.",
        "MENTIONED": "Its author and those whom it mentions. Who is answered counts as mentioned.",
    },
)
show_enum(
    ReplyRule,
    "Who, of those who may see a post, may reply to it. Its author always may.",
    {
        "EVERYONE": "Everybody who may see it.",
        "FOLLOWERS": "Those who follow its author.",
        "MENTIONED": "Those whom it mentions.",
        "NOBODY": "Nobody else.",
    },
)

show_enum(
    MediaShown,
    "What a client does with the pictures of a post until its viewer asks for them.",
    {
        "SHOWN": "Show them.",
        "BLURRED": "Show their `blurhash`, and load them when the viewer asks for them.",
        "HIDDEN": "Show that there are pictures, and their `alt`, and load them when the viewer asks for them.",
    },
)


@strawberry.type(description="A post; a reply is a post that answers another.")
class Post(Node):
    """Shows a `PostRow`."""

    id: strawberry.ID = global_id("Post")
    author: User = by_key("users", "author_id", "Who wrote it.")
    viewer_is_author: bool = computed(
        lambda post, context: context.is_viewer(post.author_id), "Whether the viewer wrote it; false when nobody is signed in."
    )
    text: str = attribute("The text, at most 500 characters (Unicode code points); empty for pictures alone.")
    warning: str = attribute(
        "What its author says before it is read, such as what a story gives away; empty for nothing. Hide the text until "
        "somebody asks for it."
    )
    sensitive: bool = attribute("Whether its author has its pictures hidden until they are asked for.")
    media_shown: MediaShown = by_key(
        "media_shown", "id", "What to do with its pictures until the viewer asks for them: as they chose in `updatePrivacy`."
    )
    lang: str | None = attribute(
        "Its language as a BCP 47 tag: what its author gave, else what was found in its text; null where that is not plain."
    )
    audience: Audience = attribute("Who may see it. What a private account posts for everybody is as for followers.")
    who_may_reply: ReplyRule = attribute("Who, of those who see it, may reply to it.", "replies")
    viewer_can_reply: bool = by_key("may_reply", "id", "Whether the viewer may reply to it; false when nobody is signed in.")
    who_may_quote: QuoteRule = attribute("Who may quote it, while everybody may see it.", "quotes")
    viewer_can_quote: bool = by_key("may_quote", "id", "Whether the viewer may quote it; false when nobody is signed in.")
    created_at: datetime = attribute("When it was written.")
    edited_at: datetime | None = attribute("When what it says was last changed; null where it is as it was written.")
    version: str = attribute("Names what it says now: opaque, and another one after each edit. `editPost` takes it.")
    editable_until: datetime | None = computed(
        editable_until,
        "Until when the viewer may edit it; null for whoever may not, and when that is over. An edit may be refused before, "
        "where there were too many.",
    )
    history: PostVersionConnection = page(
        feeds.history.history,
        "What it said before it was edited, newest first: only what was for the viewer then as well, under every audience that "
        "it had. Empty for a post that was never edited.",
    )
    media: list[Media] = by_keys(
        "visible_media",
        "media_ids",
        "Up to four, in the author's order. Those that were refused are seen by the author alone.",
        cost=Cost(rows=MEDIA_MAX),
    )
    reply_to: "Post | None" = by_key(
        "posts", "reply_to_id", "The post that it answers; null if it answers none, or one that is gone or hidden."
    )
    thread_root: "Post | None" = by_key(
        "posts", "root_id", "The first post of the conversation; null if this is it, or it is gone or hidden."
    )
    quote: Quote | None = by_key(
        "quotes", "id", "The place of the post that it quotes; null if it quotes none.", cost=Cost(rows=1)
    )
    like_count: int = by_key("post_counts", "id", "How many people like it.", shown="likes")
    reply_count: int = by_key(
        "post_counts",
        "id",
        "How many direct replies it has, without deleted and hidden ones; only those for everybody count.",
        shown="replies",
    )
    hidden_reply_count: int = by_key(
        "post_counts",
        "id",
        "How many direct replies its author has hidden; only those for everybody count.",
        shown="hidden_replies",
    )
    reply_hidden: bool = by_key(
        "replies_hidden",
        "id",
        "Whether the author of what it answers has hidden it: show it when it is asked for.",
        cost=Cost(rows=1),
    )
    viewer_can_hide: bool = by_key(
        "may_hide", "id", "Whether the viewer may hide it, as the author of what it answers.", cost=Cost(rows=1)
    )
    repost_count: int = by_key("post_counts", "id", "How many people have reposted it.", shown="reposts")
    quote_count: int = by_key(
        "post_counts",
        "id",
        "How many posts quote it, without deleted and detached ones; only those for everybody count.",
        shown="quotes",
    )
    view_count: int | None = view_counts.shown(
        "views",
        "How often it was viewed by others than its author, each of whom counts at most once in half an hour (by default). It is "
        "about a minute old, and from a thousand on shows a change in its first three digits at once.",
    )
    viewed_by_count: int | None = view_counts.shown("people", "Of how many people these views are, within one or two percent.")
    viewer_likes: bool = viewer_flag(LIKED, "Whether the viewer likes it; false when nobody is signed in.")
    viewer_has_bookmarked: bool = viewer_flag(
        BOOKMARKED, "Whether the viewer bookmarked it; nobody else learns of it. False when nobody is signed in."
    )
    viewer_bookmark_folder: Annotated["BookmarkFolder", strawberry.lazy("schema.bookmarks")] | None = resolved(
        folder_of, "The folder that the viewer's bookmark of it is in, for them alone; null for none.", cost=Cost(weight=1)
    )
    viewer_has_reposted: bool = viewer_flag(REPOSTED, "Whether the viewer has reposted it; false when nobody is signed in.")
    viewer_can_repost: bool = by_key(
        "may_repost",
        "id",
        "Whether the viewer may repost it: it is for everybody, and its author not private, or the viewer. False when nobody is "
        "signed in.",
    )
    likers: LikerConnection = page(
        feeds.reactions.likers, "The people who like it and whose likes the viewer may see, newest like first.", backward=True
    )
    reposters: ReposterConnection = page(
        feeds.reactions.reposters,
        "The people who have reposted it and whose reposts the viewer may see, newest repost first.",
        backward=True,
    )
    mentions: list[Mention] = computed(
        lambda post, _: mentions_of(post), "The people that its text names, in order.", cost=Cost(rows=MENTIONS_MAX)
    )
    hashtags: list[HashtagUse] = computed(lambda post, _: hashtags_of(post), "The hashtags of its text, in order.")
    links: list[Link] = computed(lambda post, _: links_of(post), "The web addresses in its text, in order.")
    fanout_plan: FanoutPlan | None = by_key(
        "fan_out_plans",
        "id",
        "How it is delivered to home timelines, for its author alone: null for others, and for a reply to somebody else.",
        cost=Cost(rows=1),
    )
    replies: "PostConnection" = page(
        threads.replies,
        "Direct replies that the viewer may see, without hidden ones; by time, the newest are read by `last`.",
        backward=True,
        cost=threads.REPLIES,
    )
    hidden_replies: "PostConnection" = page(
        feeds.hidden_replies.hidden_replies,
        "Direct replies that the viewer may see and that its author has hidden, oldest first: for who asks for them.",
    )
    quotes: "PostConnection" = page(
        feeds.quotes.quotes,
        "Posts that quote it and that the viewer may see, newest first, without those from which it was detached.",
        backward=True,
    )
    detached_quotes: "PostConnection" = page(
        feeds.detached_quotes.detached_quotes,
        "Posts from which its author detached it, newest first, for them alone: to reattach it. Empty for everybody else.",
    )
    ancestors: "list[Post | None]" = resolved(
        threads.ancestors,
        "The conversation above it: its first post, then those that are nearest, ending with the one that it answers. Null "
        "stands for one or more that are left out, gone or hidden. Empty for a post that answers none.",
        cost=threads.ANCESTORS,
    )
    descendants: list[threads.Descendant] = resolved(
        threads.descendants,
        "The conversation below it, each post followed by what is below it, without hidden replies and what is below them.",
        cost=threads.DESCENDANTS,
    )

    is_type_of = RowsOf(PostRow)


@connection_of(Post, "a post", "posts", MARKS_OF_EDGE)
class PostConnection:
    """A page of posts."""


@public_query(Post)
async def post(context: Context, id: Annotated[str, IdOf("Post"), GLOBAL_ID]) -> PostRow | None:
    """A post by its global id; null if it is gone or the viewer may not see it."""
    (row,) = await context.loaders.hydrate([id])
    return row


PostId = Annotated[str, IdOf("Post"), "Global id of the post."]
"""The parameter of a mutation that concerns a post."""
OwnPostId = Annotated[str, IdOf("Post"), "Global id of one of the viewer's posts."]
"""The parameter of a mutation that concerns a post of the viewer."""

PostEdge = edge_of(PostConnection)


def _with_edges(context: Context, post: PostRow) -> Returned:
    cursors, answered = context.reader.cursors, post.reply_to_id
    return {
        "post": post,
        "post_edge": Edge(cursors(feeds.home.KEYSET), feeds.home.place_of(post.id), post) if post.home else None,
        "profile_edge": edge_by_id(cursors(feeds.profile.KEYSET, post.author_id), post),
        "reply_edge": edge_by_id(cursors(feeds.replies.KEYSET, answered), post) if answered else None,
    }


async def _written(context: Context, id_: str, _: object) -> Returned:
    post = await visible_post(context, id_)
    await context.services.writing.repeated(post)
    return _with_edges(context, post)


@mutation(
    takes="A new post.",
    gives={
        "post": returned(Post, "The new post. Its `author`, `replyTo` and what it quotes have new counts."),
        "post_edge": returned(
            PostEdge | None, "The post as an item of `homeTimeline`, to be put first; null for a reply to somebody else."
        ),
        "profile_edge": returned(
            PostEdge,
            "The post as an item of the viewer's `posts`, to be put first; a reply to others only with `includeReplies`.",
        ),
        "reply_edge": returned(
            PostEdge | None, "The post as an item of the `replies` of what it answers, to be put last; null if it answers none."
        ),
    },
    again=_written,
    limit=WriteLimit.POSTS,
)
async def create_post(
    context: Context,
    viewer: Viewer,
    once: Once | None,
    attempt: Attempt,
    text: Annotated[str, "At most 500 characters (Unicode code points). May be empty beside pictures."] = "",
    reply_to_id: Annotated[str | None, IdOf("Post"), "Global id of the post it answers."] = None,
    media_ids: Annotated[
        Sequence[str], IdOf("Picture"), "Global ids of up to four pictures that the viewer has uploaded, in order."
    ] = (),
    lang: Annotated[str | None, "Its language as a BCP 47 tag, such as en or pt-BR."] = None,
    audience: Annotated[
        Audience | None,
        "Who may see it; by default as the viewer has chosen for new posts, and for a reply no wider than what it answers.",
    ] = None,
    replies: Annotated[ReplyRule | None, "Who may reply to it; by default as the viewer has chosen for new posts."] = None,
    quote_of_id: Annotated[str | None, IdOf("Post"), "Global id of the post it quotes."] = None,
    quotes: Annotated[QuoteRule | None, "Who may quote it; by default as the viewer has chosen for new posts."] = None,
    warning: Annotated[str, "What is said before it is read, at most 100 characters; empty for nothing."] = "",
    sensitive: Annotated[bool, "Whether its pictures are hidden until they are asked for."] = False,
) -> Returned:
    """Write a post, a reply or a quote, or a reply that quotes.

    It is FORBIDDEN where the author of what it answers or quotes lets only others do that.
    """
    draft = Draft(text, reply_to_id, media_ids, lang, audience, replies, quote_of_id, quotes, warning, sensitive)
    post = await context.services.writing.create(viewer, draft, once, attempt)
    is_new(context, post)
    return _with_edges(context, post)


@mutation(takes="Who may see, answer and quote a post from now on.", gives={"post": returned(Post, "The post, as changed.")})
async def set_post_audience(
    context: Context,
    viewer: Viewer,
    post_id: OwnPostId,
    audience: Annotated[Audience | None, "Who may see it; null leaves it as it is."] = None,
    replies: Annotated[ReplyRule | None, "Who may reply to it; null leaves it as it is."] = None,
    quotes: Annotated[QuoteRule | None, "Who may quote it; null leaves it as it is."] = None,
) -> Returned:
    """Change who may see one of the viewer's posts, who may reply to it, and who may quote it.

    Whoever is left out does not find it any more, from this moment. Replies to it and quotes of it stay; a quote shows it to
    those who may still see it.
    """
    return {"post": await context.services.audiences.set(viewer, post_id, audience, replies, quotes)}


@mutation(
    takes="Which post to delete.",
    gives={
        "deleted_post_id": returned(strawberry.ID, "Global id of the post that is gone."),
        "viewer": the_viewer(),
        "reply_to": lookup_returned(
            Post, "posts", "What the post answered, with new counts; null if it answered none, or one that is gone or hidden."
        ),
    },
)
async def delete_post(context: Context, viewer: Viewer, post_id: OwnPostId) -> Returned:
    """Delete one of the viewer's posts. Replies to it stay."""
    gone = await context.services.writing.delete(viewer, post_id)
    return {"deleted_post_id": encode("Post", post_id), "reply_to": gone.reply_to_id}


@mutation(
    takes="Which post to like.", gives={"post": returned(Post, "The post, with new counts.")}, limit=WriteLimit.LIKES
)
async def like_post(context: Context, viewer: Viewer, attempt: Attempt, post_id: PostId) -> Returned:
    """Like a post; twice is as good as once."""
    return {"post": flagged(context, LIKED, await context.services.likes.add(viewer, post_id, attempt))}


@mutation(takes="Which like to take back.", gives={"post": returned(Post, "The post, with new counts.")})
async def unlike_post(context: Context, viewer: Viewer, post_id: PostId) -> Returned:
    """Take a like back; twice is as good as once."""
    return {"post": flagged(context, LIKED, await context.services.likes.remove(viewer, post_id))}
