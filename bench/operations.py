"""The operations whose round trips are counted, each with what it may need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DOCUMENTS = Path(__file__).parent / "documents"


@dataclass(frozen=True, slots=True)
class Trips:
    """Statements to Neo4j and round trips to Redis."""

    cypher: int
    redis: int


@dataclass(frozen=True, slots=True)
class Operation:
    """A document with its variables. `warm` is allowed when everything is in Redis, `cold` when nothing is.

    `undo` names an operation that makes it possible once more; a mutation is counted warm, after one that was not counted.
    """

    name: str
    document: str
    warm: Trips
    cold: Trips | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    undo: str | None = None

    @property
    def text(self) -> str:
        """The document."""
        return (DOCUMENTS / f"{self.document}.graphql").read_text("utf-8")


OPERATIONS = (
    Operation("homeTimeline", "home", Trips(0, 1), Trips(7, 12)),
    Operation("homeTimeline in one language", "home_in_languages", Trips(0, 1), Trips(7, 12)),
    Operation("homeTimeline with quotes", "home_with_quotes", Trips(0, 1), Trips(7, 12)),
    Operation("homeTimeline by last", "home_backward", Trips(0, 1), None, {"cursor": "cursor"}),
    Operation("profile with pins and reposts", "profile_with_reposts", Trips(0, 2), Trips(8, 10), {"username": "username"}),
    Operation("profile with posts", "profile", Trips(0, 2), Trips(8, 10), {"username": "username"}),
    Operation("post with replies", "post_with_replies", Trips(0, 2), Trips(11, 18), {"id": "post"}),
    Operation("conversation", "conversation", Trips(0, 5), Trips(11, 21), {"id": "post"}),
    Operation("conversation by relevance", "conversation_by_relevance", Trips(2, 5), Trips(12, 21), {"id": "post"}),
    Operation("followers", "followers", Trips(0, 2), Trips(4, 7), {"username": "username"}),
    Operation("peopleYouMayKnow", "people_you_may_know", Trips(0, 1), Trips(2, 4)),
    Operation("degreesApart", "degrees_apart", Trips(1, 1), Trips(3, 3), {"id": "person"}),
    Operation("node", "node", Trips(0, 1), Trips(3, 6), {"id": "post"}),
    Operation("saveReadingPosition", "save_reading_position", Trips(0, 1), None, {"cursor": "cursor"}),
    Operation("readingPosition", "reading_position", Trips(0, 3)),
    Operation("hashtag", "hashtag", Trips(0, 1), None, {"name": "hashtag"}),
    Operation("followHashtag", "follow_hashtag", Trips(1, 2), None, {"name": "hashtag"}, undo="unfollow_hashtag"),
    Operation("followedHashtags", "followed_hashtags", Trips(1, 0)),
    Operation("publicTimeline", "public_timeline", Trips(0, 1)),
    Operation("recordViews", "record_views", Trips(0, 3), None, {"id": "post"}),
    Operation("createPost", "create_post", Trips(1, 6), None, {"text": "text"}),
    Operation("createPost (a reply)", "create_post", Trips(1, 7), None, {"text": "text", "replyTo": "post"}),
    Operation("createPost (a quote)", "quote_post", Trips(1, 6), None, {"text": "text", "quoteOf": "post"}),
    Operation("pinPost", "pin_post", Trips(2, 3), None, {"id": "own"}, undo="unpin_post"),
    Operation("unpinPost", "unpin_post", Trips(2, 3), None, {"id": "own"}, undo="pin_post"),
    Operation("editPost", "edit_post", Trips(1, 2), None, {"id": "own"}, undo="edit_post_back"),
    Operation("history of an edited post", "history", Trips(1, 1), Trips(4, 6), {"id": "own"}),
    Operation("quotes of a post", "quotes", Trips(0, 2), None, {"id": "own"}),
    Operation("replies by relevance", "relevant_replies", Trips(1, 2), None, {"id": "own"}),
    Operation("hiddenReplies", "hidden_replies", Trips(1, 2), None, {"id": "own"}),
    Operation("detachedQuotes", "detached_quotes", Trips(1, 2), None, {"id": "own"}),
    Operation("detachQuote", "detach_quote", Trips(1, 2), None, {"id": "quote"}, undo="reattach_quote"),
    Operation("hideReply", "hide_reply", Trips(1, 2), None, {"id": "reply"}, undo="show_reply"),
    Operation("likePost", "like_post", Trips(1, 2), None, {"id": "post"}, undo="unlike_post"),
    Operation("bookmarkPost", "bookmark_post", Trips(2, 2), None, {"id": "post"}, undo="remove_bookmark"),
    Operation("moveBookmark", "move_bookmark", Trips(1, 1), None, {"id": "post", "folder": "folder"}),
    Operation("createBookmarkFolder", "create_bookmark_folder", Trips(1, 0), None, {"name": "names"}),
    Operation("deleteBookmarkFolder", "delete_bookmark_folder", Trips(1, 0), None, {"folder": "folders"}),
    Operation("renameBookmarkFolder", "rename_bookmark_folder", Trips(1, 0), None, {"folder": "folder", "name": "name"}),
    Operation("bookmarks of a folder", "bookmark_folders", Trips(2, 1), None, {"folder": "folder"}),
    Operation("repost", "repost", Trips(1, 4), None, {"id": "post"}, undo="undo_repost"),
    Operation("undoRepost", "undo_repost", Trips(1, 1), None, {"id": "post"}, undo="repost"),
    Operation("reposters", "reposters", Trips(1, 2), Trips(8, 13), {"id": "post"}),
    Operation("likers", "likers", Trips(1, 2), Trips(8, 13), {"id": "post"}),
    Operation("likedPosts", "liked_posts", Trips(1, 1), Trips(7, 12)),
    Operation("follow", "follow", Trips(2, 6), None, {"id": "stranger"}, undo="unfollow"),
)
"""Variables are named by what `bench.queries` finds for them."""
