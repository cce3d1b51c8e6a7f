"""How long tasks report their progress."""

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Called with the amount done, the total, and what is being done: `progress(4_000, 20_000, "posts")`. It must not raise."""


def silent(_done: int, _total: int, _what: str) -> None:
    """Report nothing."""
