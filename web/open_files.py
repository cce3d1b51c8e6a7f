"""The number of files and sockets that a process may have open."""

import resource

MOST_FILES = 65_536
"""More than one process can serve; where the system has no limit, a process asks for no more than this."""


def raise_open_files() -> None:
    """Raise the limit of open files as far as the system lets us.

    Shells give 1,024, for programs that use `select`. Each connection takes one, so that few clients could keep all others out.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
