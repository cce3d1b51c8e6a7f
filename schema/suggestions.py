"""People whom the viewer may know, and ways between people."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

import resolvers.suggestions
import resolvers.users
from execution.declarations import Cost
from graph.rows.suggestions import Suggestion as SuggestionRow
from resolvers.context import Context
from resolvers.suggestions import SUGGESTIONS, SUGGESTIONS_MAX
from resolvers.users import PathRow
from schema.fields import attribute, by_keys
from schema.inputs import IdOf
from schema.operations import public_query, query
from schema.users import User
from services.accounts.viewer import Viewer

_WALK = 50
"""Lookups that a walk over the graph is worth: it reads the edges of many people for one answer."""


@strawberry.type(description="Somebody the viewer may know, and why.")
class Suggestion:
    """Shows the row of the same name."""

    person: User = attribute("The person suggested.", "user")
    mutual_count: int = attribute("How many of those whom the viewer follows follow them.", "mutuals")
    mutuals: list[User] = by_keys("visible_users", "mutual_ids", "Up to three of those people.", cost=Cost(rows=3))


@strawberry.type(description="How two people are connected along follows.")
class Path:
    """Shows a `PathRow`."""

    degrees: int = attribute("Steps from the one to the other: 0 to oneself, 1 when the one follows the other.")
    people: list[User] = attribute(
        "Everybody on the way, both ends included, in order; at most seven.", cost=Cost(rows=7)
    )


@query(list[Suggestion], cost=Cost(weight=_WALK, most=SUGGESTIONS_MAX))
async def people_you_may_know(
    context: Context,
    _: Viewer,
    first: Annotated[int | None, f"How many at most, from 1 to {SUGGESTIONS_MAX}; null is {SUGGESTIONS}."] = SUGGESTIONS,
) -> Sequence[SuggestionRow]:
    """People whom those followed by the viewer follow, most mutuals first: never the viewer, nor anybody followed already.

    Whom others follow is taken anew once a minute; what the viewer does, and whatever hides somebody, shows at once.
    """
    return await resolvers.suggestions.suggestions(context, SUGGESTIONS if first is None else first)


@public_query(
    Path,
    cost=Cost(weight=_WALK),
    description="A shortest way along follows from one person to another; null when there is none within six steps, or "
    "one of them does not exist. Needs a viewer unless `fromId` is given.",
)
async def degrees_apart(
    context: Context,
    to_id: Annotated[str, IdOf("User"), "Global id of the person at the end."],
    from_id: Annotated[str | None, IdOf("User"), "Global id of the person at the start; by default the viewer."] = None,
) -> PathRow | None:
    """Find a shortest way."""
    return await resolvers.users.path(context, to_id, from_id)
