"""How often posts were viewed, as posts show it: to their authors, and to others by a rule and a setting of the server."""

from typing import Any

from resolvers.views import shown_count
from schema.fields import by_key


def shown(count: str, description: str) -> Any:
    """Declare a field of a post that is one of the counts of its views."""
    text = (
        f"{description} Null to others than the author for posts that are not for everybody, or of private accounts, and where "
        "the server keeps it for authors."
    )
    return by_key("post_views", "id", text, shown=shown_count(count))
