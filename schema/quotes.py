"""Quotes as posts show them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import graph.rows.quotes as rows
from execution.declarations import RowsOf
from graph.rows.posts import QuoteRule
from graph.rows.quotes import QuoteState
from schema.enums import show_enum
from schema.fields import attribute

if TYPE_CHECKING:
    from schema.posts import Post

show_enum(
    QuoteRule,
    "Who may quote a post, of those who may see it and while everybody may: posts for fewer, and those of private accounts, are "
    "quoted by their author alone, who always may.",
    {
        "EVERYONE": "Everybody.",
        "FOLLOWERS": "Those who follow its author.",
        "NOBODY": "Nobody else.",
    },
)
show_enum(
    QuoteState,
    "What stands in the place of a post that is quoted.",
    {
        "SHOWN": "The post.",
        "MUTED": "The post, which is by somebody or about something that the viewer mutes: show it when they ask for it.",
        "HIDDEN": "Nothing: it is gone, or the viewer may not see it.",
        "DELETED": "Nothing: the viewer wrote it, and deleted it.",
        "DETACHED": "Nothing: its author took it out of this quote. Nobody is shown it here.",
    },
)


@strawberry.type(description="The place of a post that another one quotes.")
class Quote:
    """Shows the row of the same name."""

    state: QuoteState = attribute("Whether the post is shown, and why it is not.")
    post: Annotated["Post", strawberry.lazy("schema.posts")] | None = attribute(
        "The post that is quoted; null unless it is `SHOWN` or `MUTED`. What it quotes itself is looked up as of any post."
    )

    is_type_of = RowsOf(rows.Quote)
