"""The three servers together: started in parallel, each can be stopped, killed and started again on its own."""

import os
import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from stack import neo4j_server, redis_server, s3_server
from stack.child import Child
from stack.claim import claim_folder
from stack.credentials import Credentials, load_credentials
from stack.errors import StackError
from stack.neo4j_server import Neo4jServer
from stack.ports import LOOPBACK, Ports
from stack.programs import Programs, install
from stack.progress import SilentProgress, StackProgress
from stack.redis_server import RedisServer
from stack.s3_server import S3Server


@dataclass(frozen=True, slots=True)
class StackAddresses:
    """Where the servers are, and what to show them. The bucket exists."""

    neo4j_uri: str
    neo4j_user: str
    neo4j_password: str
    redis_url: str
    s3_endpoint: str
    s3_access_key: str
    s3_secret_key: str
    s3_region: str
    s3_bucket: str


class EmbeddedStack:
    """Neo4j, Redis and an S3 server as children of this process.

    Their data, logs and passwords are in one folder, which a second start finds again. They end when this process
    does, even when it is killed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        neo4j_heap: str = "512m",
        ports: Ports | None = None,
        progress: StackProgress | None = None,
    ) -> None:
        """Prepare a stack in this folder; without `ports` the preferred ones are used."""
        self._folder = folder.resolve()
        self._neo4j_heap = neo4j_heap
        self._wanted_ports = ports or Ports()
        self._progress = progress or SilentProgress()
        self._given_up = threading.Event()
        self._children: dict[str, Child] = {}
        self._claim: int | None = None
        self._addresses: StackAddresses | None = None

    @property
    def addresses(self) -> StackAddresses:
        """What `start` gave."""
        if self._addresses is None:
            message = "the stack has not been started"
            raise StackError(message)
        return self._addresses

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    def start(self) -> StackAddresses:
        """Install what is missing, start the three in parallel, and return when each is healthy.

        Raises:
            AlreadyRunning: a stack runs in this folder.
            PortTaken: another program has a port.
            DownloadFailed, ProgramMissing: something could not be installed.
            ServerDied, ServerUnhealthy: a server did not start; the others are stopped again.

        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        claim = self._claim = claim_folder(self._folder, self._progress)
        self._given_up.clear()
        with ExitStack() as undo:
            undo.callback(self.stop)
            ports = self._wanted_ports.resolved()
            credentials = load_credentials(self._folder / "credentials.json")
            programs = install(os.environ, self._progress)
            servers = self._servers(programs, ports, credentials)
            self._children = {each.name: Child(each, claim) for each in servers}
            self._progress.say("starting Neo4j, Redis and S3Proxy")
            self._start_all()
            self._addresses = _addresses(ports, credentials)
            undo.pop_all()
        return self._addresses

    def stop(self) -> None:
        """Stop all, the three at the same time; Neo4j first writes down what it has."""
        self._given_up.set()
        if self._children:
            with ThreadPoolExecutor(len(self._children)) as pool:
                list(pool.map(Child.stop, self._children.values()))
        self._children = {}
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def ended(self) -> list[str]:
        """Give the names of servers that were started and have ended by themselves or by others."""
        return [name for name, child in self._children.items() if not child.is_running]

    def stop_neo4j(self) -> None:
        """Stop Neo4j cleanly."""
        self._children[neo4j_server.NAME].stop()

    def kill_neo4j(self) -> None:
        """Kill Neo4j with SIGKILL."""
        self._children[neo4j_server.NAME].kill()

    def start_neo4j(self) -> None:
        """Start Neo4j again, on its port and with its data."""
        self._children[neo4j_server.NAME].start(self._given_up)

    def restart_neo4j(self) -> None:
        """Stop Neo4j cleanly and start it again."""
        self.stop_neo4j()
        self.start_neo4j()

    def stop_redis(self) -> None:
        """Stop Redis cleanly."""
        self._children[redis_server.NAME].stop()

    def kill_redis(self) -> None:
        """Kill Redis with SIGKILL."""
        self._children[redis_server.NAME].kill()

    def start_redis(self) -> None:
        """Start Redis again, on its port and with its data."""
        self._children[redis_server.NAME].start(self._given_up)

    def restart_redis(self) -> None:
        """Stop Redis cleanly and start it again."""
        self.stop_redis()
        self.start_redis()

    def stop_s3(self) -> None:
        """Stop the S3 server cleanly."""
        self._children[s3_server.NAME].stop()

    def kill_s3(self) -> None:
        """Kill the S3 server with SIGKILL."""
        self._children[s3_server.NAME].kill()

    def start_s3(self) -> None:
        """Start the S3 server again, on its port and with its objects."""
        self._children[s3_server.NAME].start(self._given_up)

    def restart_s3(self) -> None:
        """Stop the S3 server cleanly and start it again."""
        self.stop_s3()
        self.start_s3()

    def _servers(self, programs: Programs, ports: Ports, credentials: Credentials) -> tuple[Neo4jServer, RedisServer, S3Server]:
        return (
            Neo4jServer(
                java=programs.java,
                jars=programs.neo4j_jars,
                folder=self._folder / "neo4j",
                port=ports.neo4j,
                password=credentials.neo4j_password,
                heap=self._neo4j_heap,
            ),
            RedisServer(
                program=programs.redis,
                folder=self._folder / "redis",
                port=ports.redis,
                password=credentials.redis_password,
            ),
            S3Server(
                java=programs.java,
                jars=programs.s3proxy_jars,
                folder=self._folder / "s3",
                port=ports.s3,
                access_key=credentials.s3_access_key,
                secret_key=credentials.s3_secret_key,
            ),
        )

    def _start_all(self) -> None:
        with ThreadPoolExecutor(len(self._children)) as pool:
            starts = [pool.submit(each.start, self._given_up) for each in self._children.values()]
            try:
                wait(starts, return_when=FIRST_EXCEPTION)
                for start in starts:
                    if start.done():
                        start.result()
            finally:
                # Of no effect on those that are healthy; lets go of those still waiting when one has failed.
                self._given_up.set()
        self._given_up.clear()


def _addresses(ports: Ports, credentials: Credentials) -> StackAddresses:
    return StackAddresses(
        neo4j_uri=f"bolt://{LOOPBACK}:{ports.neo4j}",
        neo4j_user=neo4j_server.USER,
        neo4j_password=credentials.neo4j_password,
        redis_url=f"redis://:{credentials.redis_password}@{LOOPBACK}:{ports.redis}/0",
        s3_endpoint=f"http://{LOOPBACK}:{ports.s3}",
        s3_access_key=credentials.s3_access_key,
        s3_secret_key=credentials.s3_secret_key,
        s3_region=s3_server.REGION,
        s3_bucket=s3_server.BUCKET,
    )
