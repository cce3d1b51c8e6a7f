"""The root of queries."""

from typing import Annotated

import strawberry

import resolvers.feeds
import resolvers.nodes
import resolvers.people
from execution.declarations import COST, HOW, Call, Cost
from resolvers.global_ids import own_id
from resolvers.nodes import NODES_MAX
from resolvers.people import SUGGESTIONS_MAX
from schema.fields import Info
from schema.mute_operations import MuteQueries
from schema.node import Node
from schema.pages import After, First
from schema.people import Path, Suggestion, User
from schema.posts import Post, PostConnection
from schema.privacy import PrivacyQueries

GlobalId = Annotated[strawberry.ID, strawberry.argument(description="A global id, from any field `id`.")]
Suggested = Annotated[
    int, strawberry.argument(description=f"How many at most, from 1 to {SUGGESTIONS_MAX}.")
]
_WALK = 50
"""Look-ups that a walk over the graph is worth: it reads the edges of many people for one answer."""


@strawberry.type(
    description="Everything that can be read. A field is null where its description says so, and beside an error of its own: "
    "one that fails leaves the others their answers."
)
class Query(PrivacyQueries, MuteQueries):
    """Queries."""

    @strawberry.field(
        description="A thing by its global id; null if it does not exist or the viewer may not see it.",
        metadata={HOW: Call()},
    )
    async def node(self, info: Info, id: GlobalId) -> Node | None:
        """Look one up."""
        return await resolvers.nodes.node(info.context, id)  # type: ignore[no-any-return]

    @strawberry.field(
        description="Things by their global ids, in the same order; null for each that is not there.",
        metadata={HOW: Call(), COST: Cost(per="ids", most=NODES_MAX)},
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 100.")],
    ) -> list[Node | None] | None:
        """Look many up."""
        return await resolvers.nodes.nodes(info.context, ids)

    @strawberry.field(description="Who is signed in; null for nobody.", metadata={HOW: Call()})
    async def me(self, info: Info) -> User | None:
        """Look the viewer up."""
        return await resolvers.people.me(info.context)  # type: ignore[return-value]

    @strawberry.field(description="A person by username; null if there is nobody of that name.", metadata={HOW: Call()})
    async def user(
        self, info: Info, username: Annotated[str, strawberry.argument(description="In any case, with or without @.")]
    ) -> User | None:
        """Look one up."""
        return await resolvers.people.by_username(info.context, username)  # type: ignore[return-value]

    @strawberry.field(
        description="A post by its global id; null if it is gone or the viewer may not see it.", metadata={HOW: Call()}
    )
    async def post(self, info: Info, id: GlobalId) -> Post | None:
        """Look one up."""
        rows = await info.context.loaders.hydrate([own_id("Post", id, "id")])
        return rows[0]  # type: ignore[return-value]

    @strawberry.field(
        description="The viewer's home timeline, newest first: their own posts and those of the people they follow, "
        "without replies to others. New posts never shift a page. Needs a viewer.",
        metadata={HOW: Call()},
    )
    async def home_timeline(self, info: Info, first: First = 20, after: After = None) -> PostConnection | None:
        """Page through it."""
        return await resolvers.feeds.home(info.context, first, after)  # type: ignore[return-value]

    @strawberry.field(
        description="People whom those followed by the viewer follow, most mutuals first: never the viewer, nor "
        "anybody followed already. Needs a viewer.",
        metadata={HOW: Call(), COST: Cost(weight=_WALK, most=SUGGESTIONS_MAX)},
    )
    async def people_you_may_know(self, info: Info, first: Suggested = 10) -> list[Suggestion] | None:
        """Suggest."""
        return await resolvers.people.suggestions(info.context, first)  # type: ignore[return-value]

    @strawberry.field(
        description="A shortest way along follows from one person to another; null when there is none within six steps, or "
        "one of them does not exist. Needs a viewer unless `fromId` is given.",
        metadata={HOW: Call(), COST: Cost(weight=_WALK)},
    )
    async def degrees_apart(
        self,
        info: Info,
        to_id: Annotated[strawberry.ID, strawberry.argument(description="Global id of the person at the end.")],
        from_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Global id of the person at the start; by default the viewer."),
        ] = None,
    ) -> Path | None:
        """Find the way."""
        people = await resolvers.people.path(info.context, to_id, from_id)
        return None if people is None else Path(degrees=len(people) - 1, people=people)  # type: ignore[arg-type]
