"""Suggestions of people whom the viewer may know."""

from collections.abc import Sequence

from feeds.windows import page_size
from graph.rows.suggestions import Suggestion
from resolvers.context import Context

SUGGESTIONS = 10
"""Suggestions where a client does not say how many."""
SUGGESTIONS_MAX = 50
"""Most suggestions at once."""


async def suggestions(context: Context, first: int) -> Sequence[Suggestion]:
    """Return people whom the viewer may know."""
    return await context.loaders.suggestions.first(page_size(first, longest=SUGGESTIONS_MAX))
