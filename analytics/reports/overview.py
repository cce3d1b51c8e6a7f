"""The overview: the questions that somebody new to a network asks first, in chapters."""

from collections.abc import Callable, Mapping, Sequence

from analytics.questions.catalogue import QUESTIONS
from analytics.questions.holdings import QUESTION as HOLDINGS
from analytics.questions.question import Answer, Question
from analytics.reports.pages import overview_page

CHAPTERS: Mapping[str, Sequence[str]] = {
    "Who is here": ("growth", "activity", "retention"),
    "What is written": ("posts", "hours", "conversations"),
    "What it is about": ("trending", "hashtags", "polarisation"),
    "Who follows whom": ("degrees", "reciprocity", "clustering", "separation", "components", "communities", "influence"),
}
"""The questions of each chapter; they are asked with the defaults of their parameters."""


def overview(answered: Callable[[Question], Answer]) -> str:
    """Return the page; `answered` answers a question, from a cache or by counting."""
    chapters = [(title, [answered(QUESTIONS[name]) for name in names]) for title, names in CHAPTERS.items()]
    return overview_page(answered(HOLDINGS), chapters)
