"""What a root field asks of who calls it: a scope of tokens of programs, and a role."""

from dataclasses import dataclass

from graph.rows.personal_tokens import TokenScope
from graph.rows.roles import AccountRole

ACCESS = "access"
"""Key of a root field's metadata under which its `Access` stands."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a root field: a token of a program with the scope, None for none of them; and who holds the role, if one.

    Where it is `recent`, a person must have proved who they are a short time ago.
    """

    scope: TokenScope | None
    role: AccountRole | None = None
    recent: bool = False

    @property
    def text(self) -> str:
        """Return what clients read of it: nothing of what all fields of their kind ask."""
        needs = [] if self.role is None else [f"Needs the role {self.role}."]
        if self.scope is None:
            needs.append("Needs a person who is signed in: no token of a program does.")
        if self.recent:
            needs.append("They must have logged in, or called reauthenticate, within ten minutes (by default).")
        return " ".join(needs)


READING = Access(TokenScope.READ)
WRITING = Access(TokenScope.WRITE)
ADMINISTERING = Access(TokenScope.ADMIN, AccountRole.ADMINISTRATOR)
ANALYSING = Access(TokenScope.ANALYTICS, AccountRole.ANALYST)
"""For what is asked of the copy for analysts."""
BY_PERSON = Access(None)
"""For what decides who gets in: whoever has stolen a program's token must not come to hold the account."""
BY_PERSON_RECENTLY = Access(None, recent=True)
"""The same, where whoever has stolen a session, or sits down at an open browser, must not either."""
