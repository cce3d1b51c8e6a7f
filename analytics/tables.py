"""The tables of the analysts' copy: their columns, what these mean, and by which month each table is divided.

The copy holds what a stranger, who is not signed in, may see: posts for everybody by active people whose account is open, what
these people show of whom they follow and what they like, and nothing of accounts. A person or a post that is not in `people` or
`posts` is named nowhere: where a row would name one, the row is left out, or the column is null.

People and posts have pseudonyms, such as `u2f4kq7c3x5ha` and `p7h2m4s6k3v5ta`: stable within an epoch, which is a calendar month
of exports, and unrelated to those of another one. Times are cut to the hour (UTC), so that a time tells little of who
somebody is, and those of follows to the day, since strangers are shown whom somebody follows and not since when.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

HOUR = pl.Datetime("ms", "UTC")
"""A time, cut to the hour."""
PERSON, POST = pl.String(), pl.String()
"""Pseudonyms."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type, what it means, and whether it may be null."""

    type: pl.DataType
    text: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row is, by which month its rows are divided into files, and its columns."""

    name: str
    text: str
    month: str
    columns: Mapping[str, Column]

    @property
    def schema(self) -> pl.Schema:
        """Return the columns as polars knows them."""
        return pl.Schema({name: column.type for name, column in self.columns.items()})


_AT = Column(HOUR, "When, cut to the hour.")

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "people",
            "An active person whose account is open.",
            "in which the person signed up",
            {
                "person": Column(PERSON, "Pseudonym."),
                "joined": Column(pl.Date(), "First day of the month of signing up."),
                "verified": Column(pl.Boolean(), "Whether the account is verified."),
                "has_bio": Column(pl.Boolean(), "Whether the profile has a text."),
                "has_picture": Column(pl.Boolean(), "Whether the profile has a picture."),
            },
        ),
        Table(
            "posts",
            "A post for everybody that was not deleted, by somebody of `people`.",
            "in which the post was written",
            {
                "post": Column(POST, "Pseudonym."),
                "author": Column(PERSON, "Who wrote it."),
                "at": _AT,
                "lang": Column(pl.String(), "Language, such as `en`, as chosen or found.", nullable=True),
                "kind": Column(pl.String(), "`POST`, `REPLY` or `QUOTE`; a reply that quotes is a `REPLY`."),
                "reply_to": Column(POST, "What it answers; null also where that is not in the copy.", nullable=True),
                "root": Column(POST, "The first post of its thread; null also where that is not in the copy.", nullable=True),
                "quote_of": Column(POST, "What it quotes; null also where that is not in the copy, or detached.", nullable=True),
                "length": Column(pl.Int32(), "Length of its text, in characters."),
                "pictures": Column(pl.Int32(), "Number of its pictures."),
                "warned": Column(pl.Boolean(), "Whether it stands behind a warning, or is marked as sensitive."),
                "edited": Column(pl.Boolean(), "Whether its text was changed."),
                "text": Column(
                    pl.String(), "Its text; null for all posts without the setting `ROOKERY_ANALYTICS_TEXT`.", nullable=True
                ),
            },
        ),
        Table(
            "hashtags",
            "A hashtag of a post.",
            "in which the post was written",
            {
                "post": Column(POST, "The post."),
                "hashtag": Column(pl.String(), "The hashtag in lower case, without #."),
                "at": Column(HOUR, "When the post was written, cut to the hour."),
            },
        ),
        Table(
            "mentions",
            "A post that mentions a person; who is answered counts as mentioned.",
            "in which the post was written",
            {
                "post": Column(POST, "The post."),
                "person": Column(PERSON, "Who is mentioned."),
                "at": Column(HOUR, "When the post was written, cut to the hour."),
            },
        ),
        Table(
            "likes",
            "A person who likes a post.",
            "in which the post was written",
            {"person": Column(PERSON, "Who likes it."), "post": Column(POST, "The post."), "at": _AT},
        ),
        Table(
            "reposts",
            "A person who reposted a post.",
            "in which the post was written",
            {"person": Column(PERSON, "Who reposted it."), "post": Column(POST, "The post."), "at": _AT},
        ),
        Table(
            "follows",
            "A person who follows another, where neither hides it.",
            "in which the follower signed up",
            {
                "follower": Column(PERSON, "Who follows."),
                "followed": Column(PERSON, "Who is followed."),
                "at": Column(pl.Date(), "On which day (UTC)."),
            },
        ),
    )
}
"""Every table by name. Each month of each is one file."""
