"""Saying which posts the viewer has seen."""

from collections.abc import Sequence
from typing import Annotated

import resolvers.views
from execution.declarations import Cost
from resolvers.context import Context
from resolvers.views import VIEWED_MOST
from schema.inputs import IdOf
from schema.operations import mutation
from schema.payloads import Returned, returned
from schema.posts import Post
from services.accounts.viewer import Viewer


@mutation(
    takes="Which posts the viewer has seen.",
    gives={
        "posts": returned(
            list[Post | None],
            "The posts, in order; null for each that is gone or hidden, which is not counted. Their counts follow later.",
            cost=Cost(rows=VIEWED_MOST),
        )
    },
)
async def record_views(
    context: Context,
    viewer: Viewer,
    post_ids: Annotated[Sequence[str], IdOf("Post"), f"Global ids of up to {VIEWED_MOST} posts."],
) -> Returned:
    """Say that the viewer has seen posts, for how often they were viewed: nobody is told who it was.

    A client collects what stood on the screen for a second, and sends it every few seconds. Again is as good as once.
    """
    return {"posts": await resolvers.views.record(context, viewer, post_ids)}
