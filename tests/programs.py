"""Programs that tests start by themselves."""

import os
from functools import cache

from stack.cache import cache_folder
from stack.progress import SilentProgress
from stack.redis_program import find_redis


@cache
def redis_program() -> str:
    """Give the redis-server that the embedded stack runs, wherever it is."""
    return str(find_redis(cache_folder(os.environ), SilentProgress()))
