"""What must be known to check a rule: rows that are at hand when a page is hydrated.

Not frozen, unlike other data: one is made for each post of each page and lives for one check, and freezing took two thirds of it.
"""

from dataclasses import dataclass

from graph.rows.posts import PostRow
from graph.rows.relationships import ViewerRelationship
from graph.rows.users import UserRow


@dataclass(slots=True)
class UserCheck:
    """A user and the viewer's relationship to them. `viewer` is an id, None for nobody signed in."""

    viewer: str | None
    user: UserRow
    relationship: ViewerRelationship


@dataclass(slots=True)
class PostCheck(UserCheck):
    """The same of a post; the user is its author."""

    post: PostRow
