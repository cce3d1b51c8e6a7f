"""People: their profiles, counts, lists of people and posts, and the relationship between the viewer and them."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import resolvers.users
from execution.declarations import Cost, RowsOf
from feeds.followers import followers, followers_you_know
from feeds.following import following
from feeds.pipeline import Feed
from feeds.profile import profile
from feeds.reader import Reader
from graph.rows.posts import PostRow
from graph.rows.relationships import ViewerRelationship
from graph.rows.roles import AccountRole
from graph.rows.users import UserRow
from resolvers.context import Context
from resolvers.viewer_relationship import is_muting, is_muting_reposts_only, muted_until
from schema.connections import connection_of, edge_of
from schema.enums import show_enum
from schema.fields import attribute, by_key, by_keys, computed, global_id, page
from schema.inputs import IdOf
from schema.media import Picture
from schema.nodes import Node
from schema.operations import public_query
from schema.payloads import Lookup, lookup, viewer_as
from services.posts.pins import PINNED_MAX

if TYPE_CHECKING:
    from schema.posts import Post, PostConnection

show_enum(
    AccountRole,
    "What somebody may do beyond what everybody may.",
    {
        "MEMBER": "Everybody has it: it is neither given nor taken.",
        "MODERATOR": "Looks after what people write. Nothing asks for it yet.",
        "ANALYST": "Asks the analysts' copy of the graph, and reads figures about all people together.",
        "ADMINISTRATOR": "Gives roles, verifies people and reads the audit log.",
    },
    name="Role",
)

_FALSE = "; false for oneself and when nobody is signed in."
"""How the description of a yes or no of the viewer ends."""


def _viewer_relationship(shown: str | Callable[[ViewerRelationship, Context], object], description: str) -> Any:
    """Declare a field that shows something of the relationship between the viewer and the person.

    It is known wherever a person may be seen, since the policy has read it, so it costs nothing. What the person does about the
    viewer in private (mutes, blocks, close friends) is never a field.
    """
    return by_key("relationships", "id", description, shown=shown, cost=Cost(weight=0))


def _posts(
    reader: Reader,
    user: UserRow,
    include_replies: Annotated[
        bool, strawberry.argument(description="Whether replies to other people are among them.")
    ] = False,
    include_reposts: Annotated[
        bool, strawberry.argument(description="Whether what they repost is among them, each as `repost` of its edge says.")
    ] = False,
) -> Feed[PostRow]:
    return profile(reader, user, include_replies=include_replies, include_reposts=include_reposts)


@strawberry.type(description="A person.")
class User(Node):
    """Shows a `UserRow`."""

    id: strawberry.ID = global_id("User")
    username: str = attribute(
        "Unique name, without the @. Looked up in any case, shown as they wrote it. It may change; `id` does not."
    )
    display_name: str = attribute("The name they go by; not unique.")
    bio: str = attribute("What they say of themselves; may be empty.")
    location: str | None = attribute("Where they say they are; null if they do not.")
    website: str | None = attribute("Their web address, http or https; null if they have none.")
    avatar: Picture | None = by_key("visible_media", "avatar_id", "Their picture; null if they have none.")
    cover: Picture | None = by_key(
        "visible_media", "cover_id", "The wide picture at the top of their profile; null if they have none."
    )
    is_viewer: bool = computed(
        lambda user, context: context.is_viewer(user.id), "Whether this is the viewer; false when nobody is signed in."
    )
    private: bool = attribute("Whether only accepted followers, and those whom a post mentions, see their posts.")
    verified_at: datetime | None = attribute("When the service verified who they are; null if it has not.")
    created_at: datetime = attribute("When they signed up.")
    roles: list[AccountRole] | None = by_key(
        "own_roles", "id", "What the viewer may do beyond what everybody may; null for everybody else.", cost=Cost(rows=0)
    )

    follower_count: int | None = by_key(
        "user_counts", "id", "How many people follow them; null if they hide it.", shown="followers"
    )
    following_count: int | None = by_key(
        "user_counts", "id", "How many people they follow; null if they hide it.", shown="following"
    )
    post_count: int | None = by_key(
        "user_counts",
        "id",
        "How many posts and replies they have, without deleted ones; to others, only those for everybody. Null to those whom "
        "a private account has not accepted.",
        shown="posts",
    )

    viewer_follows: bool = _viewer_relationship("following", f"Whether the viewer follows them{_FALSE}")
    follows_viewer: bool = _viewer_relationship("followed_by", f"Whether they follow the viewer{_FALSE}")
    viewer_has_requested_to_follow: bool = _viewer_relationship(
        "asked", f"Whether the viewer asks to follow them and waits for their answer{_FALSE}"
    )
    has_requested_to_follow_viewer: bool = _viewer_relationship(
        "asked_by", f"Whether they ask to follow the viewer and wait for an answer{_FALSE}"
    )
    viewer_blocks: bool = _viewer_relationship("blocking", f"Whether the viewer blocks them{_FALSE}")
    viewer_mutes: bool = _viewer_relationship(is_muting, f"Whether the viewer mutes them, or their reposts alone{_FALSE}")
    viewer_mutes_reposts_only: bool = _viewer_relationship(
        is_muting_reposts_only, f"Whether the viewer mutes their reposts alone{_FALSE}"
    )
    viewer_mutes_until: datetime | None = _viewer_relationship(
        muted_until, "When the viewer's mute of them ends; null without a mute, and for one without an end."
    )
    is_close_friend_of_viewer: bool = _viewer_relationship(
        "close_friend", f"Whether the viewer made them a close friend, which they do not learn{_FALSE}"
    )

    followers: "UserConnection" = page(followers, "Those who follow them, newest first.", backward=True)
    following: "UserConnection" = page(following, "Those whom they follow, newest first.", backward=True)
    followers_you_know: "UserConnection" = page(
        followers_you_know,
        "Those whom the viewer follows and who follow them. Empty when nobody is signed in.",
    )

    pinned_posts: list[Annotated["Post", strawberry.lazy("schema.posts")]] = by_keys(
        "posts",
        "pinned_ids",
        "Posts that they pinned to be shown first, up to three that the viewer may see, in their order. `posts` has them as "
        "well.",
        cost=Cost(rows=PINNED_MAX),
    )
    posts: Annotated["PostConnection", strawberry.lazy("schema.posts")] = page(
        _posts, "Their posts that the viewer may see, newest first. Only with `includeReplies` are they counted.", backward=True
    )

    is_type_of = RowsOf(UserRow)


@connection_of(User, "a person", "people")
class UserConnection:
    """A page of people."""


UserEdge = edge_of(UserConnection)


@public_query(User)
async def viewer(context: Context) -> UserRow | None:
    """Who is signed in; null for nobody."""
    return await resolvers.users.viewer(context)


@public_query(User)
async def user(context: Context, username: Annotated[str, "In any case, with or without @."]) -> UserRow | None:
    """A person by username; null if there is nobody of that name.

    A name that they changed leads to them for 30 days (by default): `username` is then another one than was asked for.
    """
    return await resolvers.users.by_username(context, username)


UserId = Annotated[str, IdOf("User"), "Global id of the person."]
"""The parameter of an operation that concerns a person."""


def the_user(description: str, *, shown_by: str | None = None) -> Lookup:
    """Declare the field of a payload that is the person of `user_id`, as the viewer sees them after the write."""
    return lookup(User, "visible_users", "user_id", "person", description, shown_by=shown_by)


def the_viewer(description: str = "The viewer, with new counts.") -> Lookup:
    """Declare the field of a payload that is the viewer after the write."""
    return viewer_as(User, "visible_users", description)
