"""Neo4j as the stack runs it: Bolt on loopback only, with a password, in little memory."""

import hashlib
import os
import secrets
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from stack.child import Command
from stack.errors import ServerDied, StackError
from stack.java import UNNAMED_OPENINGS
from stack.ports import LOOPBACK
from stack.private import UMASK, make_folder, write

NAME = "Neo4j"
USER = "neo4j"
_ADMIN_NAME = "neo4j-admin"
_CHECK_SECONDS = 2.0
"""A healthy Neo4j answers in 5 ms, and in 500 ms right after its start."""
_SALT_BYTES, _DIGESTS = 32, 1_024
"""How Neo4j hashes passwords: SHA-256 of salt and password, and of each digest again."""
_PAGE_CACHE = "256m"
"""Enough for the demo world and the test graphs; in production the operator sets it."""
_TRANSACTION_TIMEOUT = "120s"
"""Limit for a query that its client did not limit; index builds and imports take less."""
_RETAINED_LOGS = "256M size"
"""Size of the transaction logs that stay for recovery; the default keeps two days of them, of any size."""
# Without the quiet period a stop is 10 s shorter; the data are safe before it begins.
_SETTINGS = """\
server.default_listen_address={host}
server.bolt.listen_address={host}:{port}
server.bolt.advertised_address={host}:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.heap.initial_size={heap}
server.memory.heap.max_size={heap}
server.memory.pagecache.size={page_cache}
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
client.allow_telemetry=false
db.logs.query.enabled=OFF
db.transaction.timeout={transaction_timeout}
db.tx_log.preallocate=false
internal.dbms.bolt.netty_server_shutdown_quiet_period_duration=0s
db.tx_log.rotation.retention_policy={retained_logs}
"""


@dataclass(frozen=True, slots=True)
class Neo4jServer:
    """A Neo4j with its home, data and logs in `folder`."""

    java: Path
    jars: Sequence[Path]
    folder: Path
    port: int
    password: str
    heap: str
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings of Neo4j beside those that the stack needs, by their names."""
    page_cache: str = _PAGE_CACHE
    options: Sequence[str] = ("-XX:+UseG1GC",)
    """Options of the Java runtime, beside those that every Neo4j needs."""
    runs_it: Sequence[str] = ()
    """Program with arguments that runs it in another way, such as `nice -n 19`; it must replace itself by what it runs."""
    trusted: bool = True
    """Whether it gets our own environment, with the secrets in it."""
    name: str = NAME
    grace_seconds: float = 45
    """A clean stop takes a second, or longer when a large import must be written to disk."""
    start_seconds: float = 180
    """A start usually takes six to twelve seconds, and longer after a kill or on a busy machine."""

    @property
    def uri(self) -> str:
        """Address for clients."""
        return f"bolt://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """The file that receives its output; Neo4j's own logs are in `logs/`."""
        return self.folder / "neo4j-output.log"

    @property
    def _configuration(self) -> Path:
        return self.folder / "conf"

    def prepare(self) -> None:
        """Write the configuration, and before the first start set the password."""
        make_folder(self._configuration)
        settings = _SETTINGS.format(
            host=LOOPBACK,
            port=self.port,
            heap=self.heap,
            page_cache=self.page_cache,
            transaction_timeout=_TRANSACTION_TIMEOUT,
            retained_logs=_RETAINED_LOGS,
        )
        more = "".join(f"{name}={value}\n" for name, value in self.settings.items())
        # For an import the admin tool starts another JVM, which needs these options too.
        openings = "".join(f"server.jvm.additional={flag}\n" for flag in UNNAMED_OPENINGS)
        write(self._configuration / "neo4j.conf", settings + more + openings)
        if not (self.folder / "data" / "databases" / "system").exists():
            self._set_password()

    def command(self) -> Command:
        """Return the program to run."""
        memory = [f"-Xms{self.heap}", f"-Xmx{self.heap}", *self.options, "-XX:-OmitStackTraceInFastThrow"]
        places = [f"--home-dir={self.folder}", f"--config-dir={self._configuration}"]
        arguments = [*memory, *UNNAMED_OPENINGS, "-cp", self._class_path]
        program = [*self.runs_it, str(self.java), *arguments, "org.neo4j.server.Neo4jCommunity", *places]
        return Command(program, trusted=self.trusted)

    def admin_command(self, *arguments: str) -> Command:
        """Return the command for neo4j-admin with these arguments; the server must be stopped."""
        flags = [*UNNAMED_OPENINGS, f"-Dbasedir={self.folder}", "-cp", self._class_path]
        return Command(
            [*self.runs_it, str(self.java), *flags, "org.neo4j.server.startup.Neo4jAdminCommand", *arguments],
            # The tool finds the `java` of its second JVM in JAVA_HOME, and the size of its heap in HEAP_SIZE.
            {
                "HEAP_SIZE": self.heap,
                "NEO4J_HOME": str(self.folder),
                "NEO4J_CONF": str(self._configuration),
                "JAVA_HOME": str(self.java.parent.parent),
            },
            trusted=self.trusted,
        )

    def administer(self, *arguments: str, seconds: float) -> None:
        """Run neo4j-admin with these arguments, for so long at most; the server must be stopped.

        Raises:
            ServerDied: it failed; the message has what it said.

        """
        command = self.admin_command(*arguments)
        with subprocess.Popen(  # noqa: S603 no shell, and a program that we found
            command.arguments,
            env=command.whole_environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            umask=UMASK,
            start_new_session=True,
        ) as admin:
            try:
                said, _ = admin.communicate(timeout=seconds)
            except BaseException as error:
                os.killpg(admin.pid, signal.SIGKILL)  # it has started another JVM, which does the work
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                raise ServerDied(_ADMIN_NAME, -signal.SIGKILL, f"It took longer than {seconds:.0f} s.") from error
        if admin.returncode:
            raise ServerDied(_ADMIN_NAME, admin.returncode, said)

    def is_healthy(self) -> bool:
        """Log in and run a query.

        Raises:
            StackError: the server refuses our password, so waiting would not help.

        """
        return _answers(self.uri, self.password)

    @property
    def _class_path(self) -> str:
        return ":".join(str(jar) for jar in self.jars)

    def _set_password(self) -> None:
        """Leave the password for the first start, as `neo4j-admin dbms set-initial-password` does in four seconds."""
        salt = secrets.token_bytes(_SALT_BYTES)
        digest = hashlib.sha256(salt + self.password.encode()).digest()
        for _ in range(_DIGESTS - 1):
            digest = hashlib.sha256(digest).digest()
        folder = self.folder / "data" / "dbms"
        make_folder(folder)
        write(folder / "auth.ini", f"{USER}:SHA-256,{digest.hex()},{salt.hex()},{_DIGESTS}:\n")


def _answers(uri: str, password: str) -> bool:
    with neo4j.GraphDatabase.driver(
        uri,
        auth=(USER, password),
        connection_timeout=_CHECK_SECONDS,
        connection_acquisition_timeout=_CHECK_SECONDS,
        max_transaction_retry_time=0,
        telemetry_disabled=True,
    ) as driver:
        try:
            driver.execute_query("RETURN 1", database_="neo4j")
        except AuthError as refusal:
            message = f"Neo4j refuses the password of this folder's credentials.json: {refusal.message}"
            raise StackError(message) from refusal
        except (DriverError, Neo4jError):
            return False
    return True
