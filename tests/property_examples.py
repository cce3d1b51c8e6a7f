"""How many examples property tests try: by default few, and with `ROOKERY_TEST_EXAMPLES=20` twenty times as many, by hand."""

import os

from hypothesis import settings

TIMES = float(os.environ.get("ROOKERY_TEST_EXAMPLES", "1"))
PROFILE = "rookery"


def examples(count: int) -> int:
    """Return how many examples to try where `count` do by default."""
    return max(1, round(count * TIMES))


def load_profile() -> None:
    """Let tests that say nothing of it try hypothesis's number, as many times."""
    parent = settings.get_profile(settings.get_current_profile_name())
    settings.register_profile(PROFILE, parent, max_examples=examples(parent.max_examples))
    settings.load_profile(PROFILE)
