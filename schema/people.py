"""People."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.feeds
import resolvers.people
from execution.declarations import HOW, Call, Cost, RowsOf
from graph.rows.users import UserRow
from resolvers.viewer_relation import is_muting, muted_until
from schema.fields import Info, attribute, by_key, by_keys, computed, global_id, page
from schema.media import Picture
from schema.node import Node
from schema.pages import After, First, PageInfo

if TYPE_CHECKING:
    from schema.posts import PostConnection


@strawberry.type(description="How many people and posts belong to somebody. Exact.")
class UserCounts:
    """Degrees of a person."""

    followers: int | None = attribute("How many people follow them; null if they hide it.")
    following: int | None = attribute("How many people they follow; null if they hide it.")
    posts: int | None = attribute(
        "How many posts and replies they have, without deleted ones; to others, only those for everybody. Null to those whom "
        "a private account has not accepted."
    )


@strawberry.type(description="How the viewer and somebody stand. All false when nobody is signed in, and towards oneself.")
class ViewerRelation:
    """Both directions of following and asking, and what the viewer does about them; what they do about the viewer is not told."""

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


@strawberry.type(description="A person.")
class User(Node):
    """A person."""

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
    private: bool = attribute("Whether only accepted followers see their posts.")
    verified_at: datetime | None = attribute("When the service verified who they are; null if it has not.")
    created_at: datetime = attribute("When they signed up.")
    counts: UserCounts = by_key("user_counts", "id", "Exact counts.")
    viewer_relation: ViewerRelation = by_key("relationships", "id", "How the viewer and this person stand.")

    followers: "UserConnection" = page(resolvers.people.followers, "Those who follow them, newest first.")
    following: "UserConnection" = page(resolvers.people.following, "Those whom they follow, newest first.")
    followers_you_know: "UserConnection" = page(
        resolvers.people.known_followers,
        "Those whom the viewer follows and who follow them. Empty when nobody is signed in.",
    )

    @strawberry.field(description="Their posts that the viewer may see, newest first.", metadata={HOW: Call()})
    async def posts(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        include_replies: Annotated[
            bool, strawberry.argument(description="Whether replies to other people are among them.")
        ] = False,
    ) -> Annotated["PostConnection", strawberry.lazy("schema.posts")]:
        """Page through posts."""
        return await resolvers.feeds.of_author(  # type: ignore[return-value]
            info.context, self, first, after, include_replies=include_replies  # type: ignore[arg-type]
        )

    is_type_of = RowsOf(UserRow)


@strawberry.type(description="A person on a page.")
class UserEdge:
    """Relay's edge."""

    cursor: str = attribute("Where this item stands; pass it as `after` to begin behind it.")
    node: User = attribute("The person.")


@strawberry.type(description="A page of people.")
class UserConnection:
    """Relay's connection."""

    edges: list[UserEdge] = attribute("The items of the page, in order.")
    page_info: PageInfo = attribute("Where the page stands.")


@strawberry.type(description="Somebody the viewer may know, and why.")
class Suggestion:
    """A suggestion with its reason."""

    person: User = attribute("The person suggested.", "user")
    mutual_count: int = attribute("How many of those whom the viewer follows follow them.", "mutuals")
    mutuals: list[User] = by_keys("visible_users", "mutual_ids", "Up to three of those people.", cost=Cost(rows=3))


@strawberry.type(description="How two people are connected along follows.")
class Path:
    """A shortest way."""

    degrees: int = attribute("Steps from the one to the other: 0 to oneself, 1 when the one follows the other.")
    people: list[User] = attribute(
        "Everybody on the way, both ends included, in order; at most seven.", cost=Cost(rows=7)
    )
