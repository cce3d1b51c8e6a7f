"""Places of the edges that a viewer makes, in lists that are ordered by the moment and then by the other user's key."""

from feeds.keysets import Place
from services.relationships.pairs import PairEdge


def to_target(edge: PairEdge) -> Place:
    """Return the place of the target in a list of the viewer."""
    return edge.since, edge.target_key


def to_viewer(edge: PairEdge) -> Place:
    """Return the place of the viewer in a list of the target."""
    return edge.since, edge.viewer_key
