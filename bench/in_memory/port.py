"""Where a server of a benchmark listens."""

import os


def port() -> int:
    """Return the port that `bench.served` chose."""
    return int(os.environ["ROOKERY_PORT"])
