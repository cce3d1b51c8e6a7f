"""What tests of accounts start with: a migrated graph, a Redis of their own for each test, and cheap password hashes."""

import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from argon2.profiles import CHEAPEST
from redis.asyncio import Redis

from graph.driver import Graph, GraphOptions
from graph.ids import new_id
from graph.migrations import migrate
from graph.queries import Catalogue
from keyspace.client import Keyspace
from keyspace.limits import Growth, RateLimits
from keyspace.row_cache import RowCache
from keyspace.sessions import SessionStore
from services.accounts.deactivation import Reactivation
from services.accounts.device_tokens import DeviceTokens
from services.accounts.failed_sign_ins import FailedSignIns
from services.accounts.log_in import LogIn
from services.accounts.log_in_limits import LogInLimits
from services.accounts.log_in_outcomes import LogInOutcomes
from services.accounts.names import UsernameRules
from services.accounts.passwords import Passwords
from services.accounts.refresh_tokens import RefreshTokens
from services.accounts.sessions import Sessions
from services.accounts.sign_in_history import SignInHistory
from services.accounts.sign_up import SignUp
from services.accounts.signing_in import SigningIn
from services.accounts.tokens import AccessTokens
from services.accounts.unfinished_log_ins import UnfinishedLogIns
from services.accounts.username_change import UsernameChange
from services.events.command_writer import CommandWriter
from services.events.invalidation import Invalidation
from services.factors.challenges import Challenges
from services.factors.factor_limits import FactorLimits
from services.factors.proving import FactorProving
from services.factors.relying_party import RelyingParty
from services.factors.sealed import FactorSeals
from services.factors.second_step import SecondStep
from services.mail.links import LinkTokens
from services.mail.writing import MailWriting
from services.sealing import Sealing
from stack.embedded import StackAddresses
from tests.programs import redis_program

SECRET = "0123456789abcdef0123456789abcdef"
CHECKS = Path(__file__).parent / "cypher"


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A server on a socket in a folder of its own, and a way to kill it."""

    socket: Path
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """Start a Redis server that keeps nothing."""
    with tempfile.TemporaryDirectory(prefix="rk-") as folder:
        socket = Path(folder) / "s"
        process = subprocess.Popen(
            [redis_program(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", folder],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert any(b"ready to accept" in line for line in process.stdout)
        server = RedisServer(socket, process)
        yield server
        server.kill()
        process.stdout.close()


@pytest_asyncio.fixture(loop_scope="session")
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """Give a client."""
    client = Redis(unix_socket_path=str(redis_server.socket))
    yield client
    await client.aclose()


@pytest.fixture
async def keyspace(redis_server: RedisServer) -> AsyncIterator[Keyspace]:
    """Give that Redis as the product uses it."""
    keyspace = Keyspace.open(f"unix://{redis_server.socket}")
    yield keyspace
    await keyspace.close()


@pytest.fixture
def limits(keyspace: Keyspace) -> RateLimits:
    """Count attempts in that Redis."""
    return RateLimits(keyspace)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def graph(stack: StackAddresses) -> AsyncIterator[Graph]:
    """Give a migrated graph, whose connections are waited for however slow the server is."""
    graph = Graph.open(stack.neo4j_uri, stack.neo4j_user, stack.neo4j_password, GraphOptions(acquire_timeout=30))
    await migrate(graph.driver, graph.options.database, graph.catalogue)
    yield graph
    await graph.close()


@pytest.fixture
def checks(graph: Graph) -> Graph:
    """Give the same graph with the statements that only these tests use."""
    return replace(graph, catalogue=Catalogue(CHECKS))


@pytest.fixture
def statements(graph: Graph) -> tuple[Graph, list[str]]:
    """Give the same graph, and the list of the statements that it will have run."""
    names: list[str] = []
    return replace(graph, observe=lambda name, _: names.append(name)), names


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    """Give password hashes that cost next to nothing."""
    passwords = Passwords(CHEAPEST, queue=200)
    yield passwords
    passwords.close()


@pytest.fixture
def emails() -> Sealing:
    """Seal e-mail addresses."""
    return Sealing(SECRET, "e-mail")


@pytest.fixture
def tokens() -> AccessTokens:
    """Issue tokens of a quarter of an hour."""
    return AccessTokens(SECRET, timedelta(minutes=15))


@pytest.fixture
def writer(graph: Graph, keyspace: Keyspace) -> CommandWriter:
    """Write, and invalidate in that Redis."""
    return CommandWriter(graph, Invalidation(RowCache(keyspace, 60)))


@pytest.fixture
def announced() -> list[str]:
    """Give the list of what was announced as revoked."""
    return []


@pytest.fixture
def sessions(keyspace: Keyspace, tokens: AccessTokens, writer: CommandWriter, announced: list[str]) -> Sessions:
    """Keep sessions in that Redis."""

    async def announce(mark: str) -> None:
        announced.append(mark)

    return Sessions(SessionStore(keyspace), tokens, RefreshTokens(SECRET), announce, writer, no_mail())


@pytest.fixture
def sign_up(writer: CommandWriter, passwords: Passwords, emails: Sealing, sessions: Sessions) -> SignUp:
    """Sign people up, without mail."""
    return SignUp(writer, passwords, emails, sessions, DeviceTokens(SECRET), UsernameRules.of(), no_mail())


def no_mail() -> MailWriting:
    """Give what writes mails where none are sent."""
    return MailWriting(LinkTokens(SECRET), {}, is_on=False)


@pytest.fixture
def username_change(writer: CommandWriter) -> UsernameChange:
    """Change usernames once in 30 days; the one before is its owner's alone for as long."""
    return UsernameChange(writer, UsernameRules.of(), timedelta(days=30), timedelta(days=30))


@pytest.fixture
def signing_in(writer: CommandWriter, sessions: Sessions) -> SigningIn:
    """Sign people in; who left within a month comes back."""
    reactivation, history = Reactivation(writer, timedelta(days=30)), SignInHistory(writer, no_mail())
    return SigningIn(sessions, reactivation, DeviceTokens(SECRET), history)


@pytest.fixture
def second_step(writer: CommandWriter, limits: RateLimits, signing_in: SigningIn) -> SecondStep:
    """Ask for second factors."""
    proving = FactorProving(
        writer,
        Challenges(SECRET),
        RelyingParty.of("Rookery", "http://localhost:8000", (), ""),
        FactorSeals.of(SECRET),
        limits,
        FactorLimits(Growth(5, timedelta(hours=1)), 20),
        no_mail(),
    )

    async def no_word(_user_id: str, _word: str) -> None:
        raise AssertionError

    return SecondStep(proving, signing_in, FailedSignIns(writer), LogInOutcomes(), no_word)


@pytest.fixture
def log_in(
    writer: CommandWriter,
    passwords: Passwords,
    emails: Sealing,
    limits: RateLimits,
    signing_in: SigningIn,
    second_step: SecondStep,
) -> LogIn:
    """Log people in, with ten failures a name and fifteen an address."""
    allowed = log_in_limits(attempts=10, per_address=15)
    failed, outcomes, unfinished = FailedSignIns(writer), LogInOutcomes(), UnfinishedLogIns(writer)
    return LogIn(writer, passwords, emails, limits, allowed, signing_in, failed, outcomes, second_step.needed, unfinished)


def log_in_limits(*, attempts: int, per_address: int, per_network: int = 100) -> LogInLimits:
    """Give limits whose first wait no test outlasts."""
    growth = Growth(attempts, timedelta(hours=1), first=timedelta(minutes=5))
    return LogInLimits(growth, per_address, per_network, timedelta(hours=1))


@pytest.fixture
def name() -> Callable[[], str]:
    """Give usernames that nobody has."""
    return lambda: f"u{new_id().replace('-', '')[-24:]}"
