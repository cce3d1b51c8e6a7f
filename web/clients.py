"""What a client sends beside its operation, read when it is asked for: most operations ask for none of it."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection


@dataclass(frozen=True, slots=True)
class Client:
    """The client of an operation."""

    connection: HTTPConnection

    @property
    def user_agent(self) -> str:
        """What it says it is; nothing where it says nothing."""
        return self.connection.headers.get("user-agent", "")
