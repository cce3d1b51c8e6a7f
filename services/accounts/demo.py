"""For the demo world and developers: an account for somebody who is in the graph already, and a token without a password."""

from dataclasses import dataclass

from errors import NotFound
from graph.driver import Graph
from graph.errors import ConstraintViolated
from graph.rows.users import UserState
from services.accounts.email_addresses import EmailAddress
from services.accounts.named_person import person_named
from services.accounts.password_rules import check_password
from services.accounts.passwords import Passwords
from services.accounts.sessions import Sessions
from services.accounts.sign_up import taken
from services.accounts.signing_in import refused
from services.accounts.viewer import AccessToken
from services.events.command_writer import CommandWriter
from services.sealing import Sealing

COMMAND = "rookery token"
"""What such a device is called."""


@dataclass(frozen=True, slots=True)
class DemoAccounts:
    """Creates accounts for users of the demo world."""

    writer: CommandWriter
    passwords: Passwords
    emails: Sealing

    async def set_password_account(self, user_id: str, username: str, email: str, password: str) -> None:
        """Create an account for a user, or change the address and password of the one they have.

        Raises:
            InvalidInput: address or password break their rules.
            Conflict: somebody else has this address.
            NotFound: there is no such user.

        """
        address = EmailAddress.of(email)
        check_password(password, username, address)
        password_hash = await self.passwords.hash(password)
        try:
            done = await self.writer.write(
                "accounts/add_account",
                userId=user_id,
                emailHashes=self.emails.fingerprints(address.identity),
                emailSealed=self.emails.seal(address.written),
                passwordHash=password_hash,
            )
        except ConstraintViolated as error:
            raise taken(error) from error
        if done is None:
            raise NotFound("person")


async def token_for(graph: Graph, sessions: Sessions, username: str) -> AccessToken:
    """Start a session for a username without a password, and return its token. The command allows it in development only.

    Raises:
        NotFound: nobody has this username.
        Forbidden: they are suspended or deactivated.

    """
    person = await person_named(graph, username)
    if person.state is not UserState.ACTIVE:
        raise refused(person.state)
    return (await sessions.start(person.id, person.key, "", COMMAND)).access
