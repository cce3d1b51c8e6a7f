"""The servers together: they start in parallel, and each can be stopped, killed and started again on its own."""

import os
import threading
from collections.abc import Collection, Mapping
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
from stack.mail_sink import MailSink
from stack.neo4j_server import Neo4jServer
from stack.ports import LOOPBACK, Ports
from stack.private import make_folder
from stack.programs import Programs, install
from stack.progress import SilentProgress, StackProgress
from stack.redis_server import RedisServer
from stack.s3_server import S3Server


@dataclass(frozen=True, slots=True)
class StackAddresses:
    """Addresses and credentials of the servers. The bucket exists."""

    neo4j_uri: str
    neo4j_user: str
    neo4j_password: str
    redis_url: str
    s3_endpoint: str
    s3_access_key: str
    s3_secret_key: str
    s3_region: str
    s3_bucket: str
    smtp_host: str
    smtp_port: int
    mail_sink: Path
    """Folder of what was sent by that port."""


class EmbeddedStack:
    """Neo4j, Redis, an S3 server and a mail sink as children of this process.

    One folder holds their data, logs and passwords; the next start uses them again. The servers end when this process
    ends, even when it is killed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        neo4j_heap: str = "512m",
        neo4j_settings: Mapping[str, str] | None = None,
        ports: Ports | None = None,
        progress: StackProgress | None = None,
    ) -> None:
        """Prepare a stack in this folder; without `ports` it uses the default ones.

        `neo4j_settings` are further settings of Neo4j, by their names.
        """
        self._folder = folder.resolve()
        self._neo4j_heap, self._neo4j_settings = neo4j_heap, neo4j_settings or {}
        self._wanted_ports = ports or Ports()
        self._progress = progress or SilentProgress()
        self._given_up = threading.Event()
        self._children: dict[str, Child] = {}
        self._claim: int | None = None
        self._addresses: StackAddresses | None = None

    @property
    def addresses(self) -> StackAddresses:
        """Addresses of the running servers.

        Raises:
            StackError: the stack has not been started.

        """
        if self._addresses is None:
            message = "the stack has not been started"
            raise StackError(message)
        return self._addresses

    def __enter__(self) -> Self:
        """Start the servers."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the servers."""
        self.stop()

    def start(self) -> StackAddresses:
        """Install what is missing, start the servers in parallel, and return when all are healthy.

        Raises:
            AlreadyRunning: another process runs the stack of this folder.
            PortTaken: another program listens on a port.
            DownloadFailed, ProgramMissing: something could not be installed.
            ServerDied, ServerUnhealthy: a server did not start; the others are stopped again.

        """
        make_folder(self._folder)
        claim = self._claim = claim_folder(self._folder, self._progress)
        self._given_up.clear()
        with ExitStack() as undo:
            undo.callback(self.stop)
            ports = self._wanted_ports.resolved()
            credentials = load_credentials(self._folder / "credentials.json")
            programs = install(os.environ, self._progress)
            servers = self._servers(programs, ports, credentials)
            self._children = {each.name: Child(each, claim, self._given_up) for each in servers}
            self._progress.say("Starting Neo4j, Redis, S3Proxy and a mail sink.")
            self._start_all()
            self._addresses = _addresses(ports, credentials, self._mail_sink(ports).taken)
            undo.pop_all()
        return self._addresses

    def stop(self) -> None:
        """Stop all servers at the same time; Neo4j first writes its data to disk."""
        self._given_up.set()
        if self._children:
            with ThreadPoolExecutor(len(self._children)) as pool:
                list(pool.map(Child.stop, self._children.values()))
        self._children = {}
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    @property
    def children(self) -> Collection[Child]:
        """The servers, for those who watch whether they run."""
        return self._children.values()

    @property
    def neo4j(self) -> Child:
        """Neo4j alone: it can be stopped, killed and started again on its port and with its data."""
        return self._children[neo4j_server.NAME]

    @property
    def redis(self) -> Child:
        """Redis alone, in the same way."""
        return self._children[redis_server.NAME]

    @property
    def s3(self) -> Child:
        """The S3 server alone, in the same way."""
        return self._children[s3_server.NAME]

    def _mail_sink(self, ports: Ports) -> MailSink:
        return MailSink(self._folder / "mail", ports.mail)

    def _servers(
        self, programs: Programs, ports: Ports, credentials: Credentials
    ) -> tuple[Neo4jServer, RedisServer, S3Server, MailSink]:
        return (
            Neo4jServer(
                java=programs.java,
                jars=programs.neo4j_jars,
                folder=self._folder / "neo4j",
                port=ports.neo4j,
                password=credentials.neo4j_password,
                heap=self._neo4j_heap,
                settings=self._neo4j_settings,
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
            self._mail_sink(ports),
        )

    def _start_all(self) -> None:
        with ThreadPoolExecutor(len(self._children)) as pool:
            starts = [pool.submit(each.start) for each in self._children.values()]
            try:
                wait(starts, return_when=FIRST_EXCEPTION)
                for start in starts:
                    if start.done():
                        start.result()
            finally:
                # When one server failed, the others stop waiting. Healthy ones are not affected.
                self._given_up.set()
        self._given_up.clear()


def _addresses(ports: Ports, credentials: Credentials, mail_sink: Path) -> StackAddresses:
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
        smtp_host=LOOPBACK,
        smtp_port=ports.mail,
        mail_sink=mail_sink,
    )
