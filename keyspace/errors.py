"""What a failure of Redis means: the one place that reads the errors of the client and the codes of error replies.

RookeryError
└── Unavailable        Redis cannot be reached, or refuses the writes of everybody (see the top-level `errors`)
    └── Full           Redis has no memory left for this: it answers all that needs none
CommandRefused         Redis refuses this command: a defect of ours, or a key that holds something else
├── GroupLost          the consumer group is gone, as after FLUSHALL or a restart without data
└── LeaseLost          a script that needs a lease was called without it, and has done nothing
"""

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from errors import Unavailable

_AWAY = (RedisConnectionError, RedisTimeoutError, OSError)
_FULL_CODE = "OOM"
"""Code of a Redis at its limit of memory, for commands that need more."""
_AWAY_CODES = frozenset({"READONLY", "MASTERDOWN", "CLUSTERDOWN", "MISCONF", "NOREPLICAS"})
"""Codes of a Redis that takes no writes from anybody: a replica, without its master or cluster, unable to save, or without
the replicas that it must have."""
_GROUP_LOST_CODES = frozenset({"NOGROUP", "UNBLOCKED"})
"""Codes of a command on a group that does not exist, and of a read that waited while the stream was removed."""
_LEASE_LOST_CODE = "LEASELOST"
"""Code of our own scripts that need a lease."""


class Full(Unavailable):
    """Redis is at its limit of memory and refuses what needs more. Nothing was changed."""


class CommandRefused(Exception):
    """Redis refuses a command. `code` is the first word of its error reply, such as `ERR` or `WRONGTYPE`."""

    def __init__(self, code: str, text: str) -> None:
        """Keep the code, and the reply for the log."""
        super().__init__(text)
        self.code = code


class GroupLost(CommandRefused):
    """The consumer group, or its stream, does not exist any more: it is to be created again."""


class LeaseLost(CommandRefused):
    """Another worker holds the lease, or nobody: this one was away longer than the lease lives."""


def translated(error: RedisError | OSError) -> Unavailable | CommandRefused:
    """Return what to raise instead of an error of the client."""
    if isinstance(error, _AWAY):
        return Unavailable()
    # The client gives the codes that it knows, and leaves the others in the text.
    code = error.status_code or str(error).partition(" ")[0]
    if code == _FULL_CODE:
        return Full()
    if code in _AWAY_CODES:
        return Unavailable()
    if code == _LEASE_LOST_CODE:
        return LeaseLost(code, str(error))
    return (GroupLost if code in _GROUP_LOST_CODES else CommandRefused)(code, str(error))
