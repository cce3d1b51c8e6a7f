"""Chance that comes out the same each time."""

from random import Random


def chance(*parts: object) -> Random:
    """Give a source of chance for what these parts name together, such as a seed and a task.

    One for each task, so that a change of one does not move the others.
    """
    return Random("/".join(map(str, parts)))  # noqa: S311 - people of paper have no secrets
