"""Tokens that people make for their programs: made, listed and revoked by a person who is signed in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from clock import milliseconds, moment, now_ms
from errors import Conflict, InvalidInput, NotFound, RoleNeeded, Unauthenticated
from graph.ids import new_id
from graph.rows.personal_tokens import TOKENS_MAX, PersonalToken, TokenScope
from graph.rows.roles import AccountRole
from services.accounts.personal_token_text import PersonalTokenText
from services.accounts.viewer import Viewer
from services.events.account_events import PersonalTokenCreated, PersonalTokenRevoked
from services.events.backoff import TROUBLE
from services.events.command_writer import CommandWriter
from services.text import is_blank, one_line

NAME_MAX = 60
"""Longest name of a token, in characters."""
USUAL_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=366)
"""A year, of any length."""
ROLE_OF_SCOPE = {TokenScope.ANALYTICS: AccountRole.ANALYST, TokenScope.ADMIN: AccountRole.ADMINISTRATOR}
"""The role that a scope needs, when it is asked for and whenever it is used."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """A token that was just made, and its text, which nobody can show again."""

    token: PersonalToken
    text: str


@dataclass(frozen=True, slots=True)
class PersonalTokens:
    """Makes, lists and revokes tokens of one person. `announce` tells every process that a token was revoked."""

    writer: CommandWriter
    announce: Callable[[str], Awaitable[None]]

    async def create(
        self, viewer: Viewer, name: str, scopes: Sequence[TokenScope], expires_at: datetime | None
    ) -> CreatedToken:
        """Make a token; it ends after `USUAL_LIFE` where no other time is given.

        Raises:
            InvalidInput: the name is blank or too long, there is no scope, or it would end in the past or in more than a year.
            RoleNeeded: a scope needs a role that the viewer does not hold.
            Conflict: they have `TOKENS_MAX` already.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        at = now_ms()
        wanted = [scope for scope in TokenScope if scope in scopes]
        if not wanted:
            raise InvalidInput("scopes", "A token opens something: name one scope at least.")
        text = PersonalTokenText.new(new_id())
        row = await self.writer.of_viewer(viewer.id).write(
            "personal_tokens/create",
            events=lambda row: [PersonalTokenCreated(user_id=viewer.id, token_id=text.id)] if row[1] else [],
            viewer=viewer.id,
            id=text.id,
            name=_name(name),
            scopes=[scope.value for scope in wanted],
            roles=[ROLE_OF_SCOPE[scope].value for scope in wanted if scope in ROLE_OF_SCOPE],
            secretHash=text.secret_hash,
            at=at,
            expiresAt=_end(moment(at), expires_at),
            most=TOKENS_MAX,
        )
        if row is None:
            raise Unauthenticated
        missing, made = row
        if missing:
            raise RoleNeeded(missing[0])
        if made is None:
            raise Conflict(f"You have {TOKENS_MAX} tokens already. Revoke one first.")
        return CreatedToken(PersonalToken.of(made), str(text))

    async def all(self, viewer: Viewer) -> Sequence[PersonalToken]:
        """Return the viewer's tokens, newest first, ended ones among them until the next is made."""
        graph = self.writer.of_viewer(viewer.id).graph
        return [PersonalToken.of(row) for row in await graph.read("personal_tokens/of_user", viewer=viewer.id, limit=TOKENS_MAX)]

    async def revoke(self, viewer: Viewer, token_id: str) -> None:
        """End a token: it is refused from now on, in every process.

        Raises:
            NotFound: the viewer has no such token.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        revoked = await self.writer.of_viewer(viewer.id).write(
            "personal_tokens/revoke",
            events=lambda revoked: [PersonalTokenRevoked(user_id=viewer.id, token_id=token_id)] if revoked else [],
            viewer=viewer.id,
            id=token_id,
        )
        if revoked is None:
            raise Unauthenticated
        if not revoked:
            raise NotFound("token")
        await self.tell_revoked([token_id])

    async def tell_revoked(self, ids: Sequence[str]) -> None:
        """Tell every process which tokens were revoked; each looks by itself as well, so a message may get lost."""
        try:
            for id_ in ids:
                await self.announce(id_)
        except TROUBLE as error:
            log.info("revocation_not_announced", error=type(error).__name__)


def _name(text: str) -> str:
    name = one_line("name", text, NAME_MAX)
    if is_blank(name):
        raise InvalidInput("name", "Name the token, so that you know later what uses it.")
    return name


def _end(now: datetime, wanted: datetime | None) -> int:
    """Return when a token ends, in milliseconds since 1970 UTC."""
    end = now + USUAL_LIFE if wanted is None else wanted
    if not now < end <= now + LONGEST_LIFE:
        raise InvalidInput("expiresAt", "A token ends in the future, and within a year.")
    return milliseconds(end)
