"""How often posts were viewed, as posts show it: to everybody, or to their authors alone, by the setting of the server."""

from typing import Any

from resolvers.views import shown_count
from schema.fields import by_key


def shown(count: str, description: str) -> Any:
    """Declare a field of a post that is one of the counts of its views."""
    text = f"{description} Null to others than the author, where the server keeps it for them."
    return by_key("post_views", "id", text, shown=shown_count(count))
