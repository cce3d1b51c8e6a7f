"""What must be known to answer whether a viewer may see something. Everything of it is at hand when a page is hydrated.

Not frozen, unlike other data: one is made for each post of each page and lives for one check, and freezing took two thirds of it.
"""

from dataclasses import dataclass

from graph.rows.posts import PostRow
from graph.rows.relationships import ViewerRelationship
from graph.rows.users import UserRow


@dataclass(slots=True)
class UserCheck:
    """A person and how the viewer stands to them. `viewer` is an id, None for nobody signed in."""

    viewer: str | None
    user: UserRow
    relationship: ViewerRelationship


@dataclass(slots=True)
class PostCheck(UserCheck):
    """The same of a post, whose author the person is."""

    post: PostRow
