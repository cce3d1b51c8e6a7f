"""Declared counts."""

import re
from dataclasses import fields

from graph.queries import FOLDER
from graph.rows.posts import PostCounts


def test_the_statement_returns_each_count_of_a_post_by_its_name_in_order():
    text = (FOLDER / "posts" / "counts.cypher").read_text("utf-8")
    (columns,) = re.findall(r"\[p\.id, \[([\w, ]+)\]\]", text)
    assert columns.split(", ") == [field.name for field in fields(PostCounts)]
    assert all(f" AS {field.name}" in text for field in fields(PostCounts))
