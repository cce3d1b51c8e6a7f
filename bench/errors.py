"""What can be wrong with a run of the benchmarks, for the user at the command line."""


class BenchError(Exception):
    """A benchmark cannot run; the message says what to do."""
