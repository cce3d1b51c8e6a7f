"""Redis as the stack runs it: on loopback, with a password and an append-only file."""

from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from stack.child import Command
from stack.ports import LOOPBACK
from stack.private import make_folder, write

NAME = "Redis"
_CHECK_SECONDS = 1.0
"""A healthy Redis answers PING in well under a millisecond."""
_SETTINGS = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
dir "{folder}"
daemonize no
logfile ""
appendonly yes
appendfsync everysec
save ""
auto-aof-rewrite-min-size 256mb
rdbcompression no
list-max-listpack-size -2
set-max-intset-entries 8192
"""


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A Redis with its data and log in `folder`."""

    program: Path
    folder: Path
    port: int
    password: str
    name: str = NAME
    grace_seconds: float = 10
    start_seconds: float = 60
    """A start usually takes a second, and longer with a large append-only file."""

    @property
    def log(self) -> Path:
        """The file that receives its output."""
        return self.folder / "redis.log"

    @property
    def _configuration(self) -> Path:
        return self.folder / "redis.conf"

    def prepare(self) -> None:
        """Write the configuration with the password; every user could read it among the arguments of the process."""
        make_folder(self.folder)
        write(
            self._configuration,
            _SETTINGS.format(host=LOOPBACK, port=self.port, password=self.password, folder=self.folder),
        )

    def command(self) -> Command:
        """Return the program to run."""
        return Command([str(self.program), str(self._configuration)])

    def is_healthy(self) -> bool:
        """Return whether it answers PING, which it does once its data are loaded."""
        client = redis.Redis(
            host=LOOPBACK,
            port=self.port,
            password=self.password,
            socket_timeout=_CHECK_SECONDS,
            socket_connect_timeout=_CHECK_SECONDS,
            retry=Retry(NoBackoff(), retries=0),
        )
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError, redis.ResponseError):
            return False
        finally:
            client.close()
