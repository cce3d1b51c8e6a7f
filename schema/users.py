"""People: their profiles, counts, lists of people and posts, and the relationship between the viewer and them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.users
from execution.declarations import RowsOf
from feeds.followers import followers, followers_you_know
from feeds.following import following
from feeds.pipeline import Feed
from feeds.profile import profile
from feeds.reader import Reader
from graph.rows.posts import PostRow
from graph.rows.users import UserRow
from resolvers.context import Context
from resolvers.viewer_relation import is_muting, muted_until
from schema.connections import connection_of, edge_of
from schema.fields import attribute, by_key, computed, global_id, page
from schema.inputs import IdOf
from schema.media import Picture
from schema.nodes import Node
from schema.operations import public_query
from schema.payloads import Lookup, lookup, viewer_as

if TYPE_CHECKING:
    from schema.posts import PostConnection


@strawberry.type(description="How many people and posts belong to somebody. Exact.")
class UserCounts:
    """Shows `VisibleCounts`."""

    followers: int | None = attribute("How many people follow them; null if they hide it.")
    following: int | None = attribute("How many people they follow; null if they hide it.")
    posts: int | None = attribute(
        "How many posts and replies they have, without deleted ones; to others, only those for everybody. Null to those whom "
        "a private account has not accepted."
    )


@strawberry.type(description="How the viewer and somebody stand. All false when nobody is signed in, and towards oneself.")
class ViewerRelation:
    """Shows a `ViewerRelationship`, without what the person does about the viewer in private: mutes, blocks, close friends."""

    following: bool = attribute("Whether the viewer follows them.")
    followed_by: bool = attribute("Whether they follow the viewer.")
    requested: bool = attribute("Whether the viewer asks to follow them.", "asked")
    requested_by: bool = attribute("Whether they ask to follow the viewer.", "asked_by")
    blocking: bool = attribute("Whether the viewer blocks them.")
    muting: bool = computed(
        lambda relationship, _: is_muting(relationship), "Whether the viewer mutes them, or their reposts alone."
    )
    muting_reposts_only: bool = computed(
        lambda relationship, _: is_muting(relationship) and relationship.mutes_reposts_only, "Whether it is their reposts alone."
    )
    muted_until: datetime | None = computed(
        lambda relationship, _: muted_until(relationship), "When the mute ends; null without a mute, and for one without an end."
    )
    close_friend: bool = attribute("Whether the viewer made them a close friend; they do not know.")


def _posts(
    reader: Reader,
    user: UserRow,
    include_replies: Annotated[
        bool, strawberry.argument(description="Whether replies to other people are among them.")
    ] = False,
) -> Feed[PostRow]:
    return profile(reader, user, include_replies=include_replies)


@strawberry.type(description="A person.")
class User(Node):
    """Shows a `UserRow`."""

    id: strawberry.ID = global_id("User")
    username: str = attribute("Unique name, without the @. Looked up in any case, shown as they wrote it.")
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
    private: bool = attribute("Whether only accepted followers see their posts.")
    verified_at: datetime | None = attribute("When the service verified who they are; null if it has not.")
    created_at: datetime = attribute("When they signed up.")
    counts: UserCounts = by_key("user_counts", "id", "Exact counts.")
    viewer_relation: ViewerRelation = by_key("relationships", "id", "How the viewer and this person stand.")

    followers: "UserConnection" = page(followers, "Those who follow them, newest first.")
    following: "UserConnection" = page(following, "Those whom they follow, newest first.")
    followers_you_know: "UserConnection" = page(
        followers_you_know,
        "Those whom the viewer follows and who follow them. Empty when nobody is signed in.",
    )

    posts: Annotated["PostConnection", strawberry.lazy("schema.posts")] = page(
        _posts, "Their posts that the viewer may see, newest first."
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
    """A person by username; null if there is nobody of that name."""
    return await resolvers.users.by_username(context, username)


UserId = Annotated[str, IdOf("User"), "Global id of the person."]
"""The parameter of an operation that concerns a person."""


def the_user(description: str, *, shown_by: str | None = None) -> Lookup:
    """Declare the field of a payload that is the person of `user_id`, as the viewer sees them after the write."""
    return lookup(User, "visible_users", "user_id", "person", description, shown_by=shown_by)


def the_viewer(description: str = "The viewer, with new counts.") -> Lookup:
    """Declare the field of a payload that is the viewer after the write."""
    return viewer_as(User, "visible_users", description)
