"""Pages of a hashtag seek by what its edges repeat, so whatever makes such an edge repeats it."""

import re

from graph.queries import Catalogue

MAKES = re.compile(r"(?:CREATE|MERGE) \(\w+\)-\[\w*:TAGGED\b")


def test_every_statement_that_ties_a_post_to_a_hashtag_gives_the_edge_its_columns():
    making = {name: statement.text for name, statement in Catalogue().items() if MAKES.search(statement.text)}
    assert {"posts/create", "world/add_tags"} <= making.keys()
    assert [name for name, text in making.items() if "{tag: " not in text] == [], "SET … = @tagged_columns(post, hashtag)"
    assert [name for name, text in making.items() if "language" not in text and "lang: " not in text] == []
