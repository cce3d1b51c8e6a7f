"""Declared counts."""

from dataclasses import fields

from graph.queries import FOLDER
from graph.rows.posts import PostCounts


def test_the_fragment_counts_what_a_post_counts_by_name_in_order():
    title, _, text = (FOLDER / "rows" / "post_counts.cypher").read_text("utf-8").partition("\n")
    assert title.rpartition(": ")[2].split(", ") == [field.name for field in fields(PostCounts)]
    assert text.count("COUNT {") + text.count("coalesce(") == len(fields(PostCounts))
