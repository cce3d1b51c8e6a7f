"""Random numbers that are the same in each run."""

from random import Random


def seeded_random(*parts: object) -> Random:
    """Return a random generator for a seed and the name of a task.

    Each task has its own generator, so that a change in one task does not change the others.
    """
    return Random("/".join(map(str, parts)))  # noqa: S311 - generated people have no secrets
