"""Where a server of a benchmark listens."""

import os


def port() -> int:
    """Give the port that `bench.served` chose."""
    return int(os.environ["ROOKERY_PORT"])
