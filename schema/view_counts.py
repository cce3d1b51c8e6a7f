"""How often posts were viewed, as posts show it: to everybody, or to their authors alone, by the setting of the server."""

from typing import Any

from loaders.post_views import PostViews
from resolvers.context import Context
from schema.fields import by_key


def shown(count: str, description: str) -> Any:
    """Declare a field of a post that is one of the counts of its views."""

    def read(views: PostViews, context: Context) -> int | None:
        found: int = getattr(views, count)
        return found if views.own or context.services.shows_views else None

    text = f"{description} Null to others than the author, where the server keeps it for them."
    return by_key("post_views", "id", text, shown=read)
