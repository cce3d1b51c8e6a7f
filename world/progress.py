"""How long work tells of itself."""

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Told what is done, the whole, and what is being done: `progress(4_000, 20_000, "posts")`. It may not raise."""


def silent(_done: int, _total: int, _what: str) -> None:
    """Tell nobody."""
