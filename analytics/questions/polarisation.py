"""The polarisation of hashtags: how differently the communities use them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.buckets import last_year
from analytics.questions.parameters import Given, Whole
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Ratio, Row, Things
from analytics.questions.shares import shares

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    from analytics.questions.community_detection import communities
    from analytics.questions.follow_graph import FollowGraph

    found = communities(FollowGraph.of(copy)).select("person", "community")
    everybody = found.group_by("community").len("members").with_columns(pl.col("members") / pl.col("members").sum())
    posts = copy.table("posts").select("post", person="author")
    at, span = pl.col("at"), last_year(copy.mark)
    hashtags = copy.table("hashtags").filter(at >= span.first_moment, at < span.end).select("hashtag", "post")
    uses = hashtags.join(posts, on="post").group_by("hashtag", "person")
    by_person = uses.agg(pl.col("post").n_unique().alias("posts")).collect()
    used = by_person.group_by("hashtag").agg(pl.len().alias("people"), *shares("posts"))
    users = by_person.join(found, on="person").group_by("hashtag", "community").len("users")
    # A community without a user differs by all its members; so the sum is over all pairs, not only those that are there.
    all_pairs = used.select("hashtag", "people").join(everybody, how="cross").join(users, on=["hashtag", "community"], how="left")
    difference = (pl.col("users").fill_null(0) / pl.col("people") - pl.col("members")).abs()
    distance = all_pairs.group_by("hashtag").agg((difference.sum() / 2).alias("polarisation"))
    return used.join(distance, on="hashtag").sort("hashtag")


def _show(rows: Sequence[Row], given: Given) -> Sequence[Row]:
    many = [row for row in rows if int(row["people"] or 0) >= given["people"]]
    return sorted(many, key=lambda row: (-float(row["polarisation"] or 0), str(row["hashtag"])))[: given["top"]]


QUESTION = Question(
    name="polarisation",
    text="Which hashtags did some communities use in the last twelve months, and others not?",
    engine=Engine.POLARS,
    why="communities are found by joins, and so are the users of hashtags among them",
    columns=(
        Column("hashtag", ColumnType.TEXT, "The hashtag in lower case, without #.", Key()),
        Column("people", ColumnType.INTEGER, "People who used it.", People(), "people"),
        Column("posts", ColumnType.INTEGER, "Posts in which they used it.", Things(), "posts"),
        Column(
            "polarisation",
            ColumnType.FLOAT,
            "0: its users are spread over the communities as all people are; 1: all of them are where next to nobody else is. "
            "It is half the sum of the differences, and larger by chance alone where few used it.",
            Ratio(digits=2),
        ),
    ),
    plot=Plot(PlotKind.BARS, "hashtag", ("polarisation",), label="polarisation, from 0 to 1"),
    count=_count,
    parameters=(
        Whole("people", "Least number of people who used a hashtag that is shown.", 50, 10, 1_000_000),
        Whole("top", "How many hashtags to show, the most polarised.", 20, 1, 200),
    ),
    show=_show,
)
