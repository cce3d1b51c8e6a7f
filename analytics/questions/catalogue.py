"""Every named analytic, by its name, in the order in which they are listed."""

from collections.abc import Mapping

from analytics.questions import (
    activity,
    clustering,
    communities,
    components,
    conversations,
    degrees,
    growth,
    hashtags,
    hours,
    influence,
    polarisation,
    posts,
    reciprocity,
    retention,
    separation,
    trending,
)
from analytics.questions.question import Question
from errors import NotFound

QUESTIONS: Mapping[str, Question] = {
    module.QUESTION.name: module.QUESTION
    for module in (
        *(growth, activity, retention, posts, hours, conversations, hashtags, trending, polarisation),
        *(degrees, reciprocity, clustering, components, communities, influence, separation),
    )
}


def question(name: str) -> Question:
    """Return the question of a name.

    Raises:
        NotFound: there is none.

    """
    found = QUESTIONS.get(name)
    if found is None:
        raise NotFound("report; `rookery report` lists all")
    return found
