"""What must be known to answer whether a viewer may see something. Everything of it is at hand when a page is hydrated.

Not frozen, unlike other data: one is made for each post of each page and lives for one check, and freezing took two thirds of it.
"""

from dataclasses import dataclass

from graph.rows import PostRow, Standing, UserRow


@dataclass(slots=True)
class PersonFacts:
    """A person and how the viewer stands to them. `viewer` is an id, None for nobody signed in."""

    viewer: str | None
    person: UserRow
    standing: Standing


@dataclass(slots=True)
class PostFacts(PersonFacts):
    """The same of a post, whose author the person is."""

    post: PostRow
