"""Why a post stands in a list where its author does not bring it: by a repost of somebody, or by hashtags."""

from typing import Any

from feeds.home_rules import MARKED_MOST
from schema.fields import attribute
from schema.reactions import Repost


def marked_hashtags(description: str) -> Any:
    """Declare the field of the hashtags by which alone a post stands in a list."""
    return attribute(f"{description} At most {MARKED_MOST} names, in the order of its text.")


MARKS_OF_EDGE = {
    "repost": (
        Repost | None,
        attribute("Where the post stands in the list by a repost of somebody, that repost; null where it stands by itself."),
    ),
    "hashtags": (
        list[str],
        marked_hashtags(
            "The hashtags that the viewer follows by which alone the post stands on `homeTimeline`. Empty in other lists, where "
            "the viewer follows its author, and where it stands there by a repost."
        ),
    ),
}
"""What the edge of a post shows beside it."""
