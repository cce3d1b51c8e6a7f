"""Versions: what posts said before they were edited."""

from datetime import datetime

import strawberry

from execution.declarations import Cost, RowsOf
from graph.rows import post_versions as rows
from resolvers.entities import hashtags_of, links_of, mentions_of
from schema.connections import connection_of
from schema.entities import HashtagUse, Link, Mention
from schema.fields import attribute, computed
from services.posts.wording import MENTIONS_MAX


@strawberry.type(description="What a post said before it was edited. Its pictures are those of the post: they never change.")
class PostVersion:
    """Shows the row of the same name."""

    version: str = attribute("Its name among the versions of the post.")
    text: str = attribute("The text.")
    lang: str | None = attribute("Its language as a BCP 47 tag, if it is known.")
    warning: str = attribute("What its author said before it was read; empty for nothing.")
    sensitive: bool = attribute("Whether its author had its pictures hidden until they are asked for.")
    written_at: datetime = attribute("Since when the post said this.")
    replaced_at: datetime = attribute("When the post was edited to say something else.")
    mentions: list[Mention] = computed(
        lambda version, _: mentions_of(version), "The people that its text names, in order.", cost=Cost(rows=MENTIONS_MAX)
    )
    hashtags: list[HashtagUse] = computed(lambda version, _: hashtags_of(version), "The hashtags of its text, in order.")
    links: list[Link] = computed(lambda version, _: links_of(version), "The web addresses in its text, in order.")

    is_type_of = RowsOf(rows.PostVersion)


@connection_of(PostVersion, "a version", "what a post said before it was edited")
class PostVersionConnection:
    """A page of versions of a post."""
