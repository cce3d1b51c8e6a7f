"""What must be known to answer whether a viewer may see something. Everything of it is at hand when a page is hydrated."""

from dataclasses import dataclass

from graph.rows import PostRow, Standing, UserRow


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person and how the viewer stands to them. `viewer` is an id, None for nobody signed in."""

    viewer: str | None
    person: UserRow
    standing: Standing


@dataclass(frozen=True, slots=True)
class PostFacts(PersonFacts):
    """The same of a post, whose author the person is."""

    post: PostRow
