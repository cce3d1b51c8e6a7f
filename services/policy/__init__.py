"""Who may see what. Every surface asks here, and the same rule stands in Cypher as the fragments of `cypher/policy/`."""

from dataclasses import dataclass

from graph.rows import Audience


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What must be known of a post and a viewer to answer whether the viewer may see it."""

    live: bool
    audience: Audience
    author_active: bool
    viewer_is_author: bool
    viewer_follows_author: bool


def may_see_post(facts: PostFacts) -> bool:
    """Tell whether the post is there at all, and its audience has the viewer in it."""
    if not (facts.live and facts.author_active):
        return False
    return facts.audience is Audience.PUBLIC or facts.viewer_is_author or facts.viewer_follows_author
