"""Posts."""

from datetime import datetime
from enum import Enum

import strawberry

import resolvers.feeds
import resolvers.posts
from execution.declarations import Cost, RowsOf
from graph.rows import posts as rows
from keyspace.viewer_flags import LIKED
from schema.fields import attribute, by_key, by_keys, computed, global_id, page, viewer_flag
from schema.media import Media
from schema.node import Node
from schema.pages import PageInfo
from schema.people import User
from services.posts.writing import MENTIONS_MAX, PICTURES_MAX


@strawberry.enum(description="Who may see a post.")
class Audience(Enum):
    """Audiences of a post."""

    PUBLIC = strawberry.enum_value("PUBLIC", description="Everybody, signed in or not.")
    FOLLOWERS = strawberry.enum_value("FOLLOWERS", description="Its author and those who follow them.")
    CLOSE_FRIENDS = strawberry.enum_value("CLOSE_FRIENDS", description="Its author and those whom they chose as close friends.")
    MENTIONED = strawberry.enum_value("MENTIONED", description="Its author and those whom it mentions.")


@strawberry.enum(description="Who, of those who may see a post, may reply to it. Its author always may.")
class ReplyRule(Enum):
    """Who may reply to a post."""

    EVERYONE = strawberry.enum_value("EVERYONE", description="Everybody who may see it.")
    FOLLOWERS = strawberry.enum_value("FOLLOWERS", description="Those who follow its author.")
    MENTIONED = strawberry.enum_value("MENTIONED", description="Those whom it mentions.")
    NOBODY = strawberry.enum_value("NOBODY", description="Nobody else.")


def audience_of(given: Audience | None) -> rows.Audience | None:
    """Give the audience that an argument names."""
    return None if given is None else rows.Audience[given.name]


def reply_rule_of(given: ReplyRule | None) -> rows.ReplyRule | None:
    """Give the rule that an argument names."""
    return None if given is None else rows.ReplyRule[given.name]


@strawberry.type(description="Exact counts of a post.")
class PostCounts:
    """Degrees of a post."""

    likes: int = attribute("How many people like it.")
    replies: int = attribute("How many direct replies it has, without deleted ones.")


@strawberry.type(description="A person named in a text, as in @username.")
class Mention:
    """A mention found in a text."""

    username: str = attribute("The name as written, without the @; `user.username` is how they write it themselves.")
    start: int = attribute("Where its @ stands, in UTF-16 code units, as JavaScript counts.")
    end: int = attribute("Where it ends, in the same units; the character there is no longer part of it.")
    user: User | None = by_key(
        "visible_users", "user_id", "The person; null when nobody had that name when it was written, or they are gone."
    )


@strawberry.type(description="A hashtag in a text.")
class HashtagUse:
    """A hashtag found in a text."""

    name: str = attribute("What hashtags are compared by: lower case, without the #.")
    start: int = attribute("Where its # stands, in UTF-16 code units, as JavaScript counts.")
    end: int = attribute("Where it ends, in the same units.")


@strawberry.type(description="A web address in a text.")
class Link:
    """A link found in a text."""

    url: str = attribute("The address as written, with http:// or https://.")
    start: int = attribute("Where it begins, in UTF-16 code units, as JavaScript counts.")
    end: int = attribute("Where it ends, in the same units.")


@strawberry.type(description="What was found in the text of a post, each in the order of the text.")
class Entities:
    """Finds in a text."""

    mentions: list[Mention] = attribute("People named.", cost=Cost(rows=MENTIONS_MAX))
    hashtags: list[HashtagUse] = attribute("Hashtags.")
    links: list[Link] = attribute("Web addresses.")


@strawberry.type(description="A post; a reply is a post that answers another.")
class Post(Node):
    """A post."""

    id: strawberry.ID = global_id("Post")
    author: User = by_key("users", "author_id", "Who wrote it.")
    text: str = attribute("The text, at most 500 characters (Unicode code points); empty for pictures alone.")
    lang: str | None = attribute("Its language as a BCP 47 tag, if the author gave one.")
    audience: Audience = attribute(
        "Who may see it. What a private account posts for everybody is seen by its followers alone."
    )
    who_may_reply: ReplyRule = attribute("Who, of those who see it, may reply to it.", "replies")
    viewer_can_reply: bool = by_key(
        "may_reply", "id", "Whether the viewer may reply to it; false when nobody is signed in."
    )
    created_at: datetime = attribute("When it was written.")
    media: list[Media] = by_keys(
        "visible_media",
        "media_ids",
        "Up to four, in the author's order. Those that were refused are seen by the author alone.",
        cost=Cost(rows=PICTURES_MAX),
    )
    reply_to: "Post | None" = by_key(
        "posts", "reply_to_id", "The post that it answers; null if it answers none, or one that is gone or hidden."
    )
    thread_root: "Post | None" = by_key(
        "posts", "root_id", "The first post of the conversation; null if this is it, or it is gone or hidden."
    )
    counts: PostCounts = by_key("post_counts", "id", "Exact counts.")
    viewer_likes: bool = viewer_flag(LIKED, "Whether the viewer likes it; false when nobody is signed in.")
    entities: Entities = computed(
        lambda post, _: resolvers.posts.entities_of(post),
        "Mentions, hashtags and links, with where they stand in the text.",
    )
    replies: "PostConnection" = page(resolvers.feeds.replies, "Direct replies that the viewer may see, oldest first.")

    is_type_of = RowsOf(rows.PostRow)


@strawberry.type(description="A post on a page.")
class PostEdge:
    """Relay's edge."""

    cursor: str = attribute("Where this item stands; pass it as `after` to begin behind it.")
    node: Post = attribute("The post.")


@strawberry.type(description="A page of posts.")
class PostConnection:
    """Relay's connection."""

    edges: list[PostEdge] = attribute("The items of the page, in order.")
    page_info: PageInfo = attribute("Where the page stands.")
