"""Asks a server. Whoever stops waiting closes the connection, and by that the server ends the query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from commands.cypher_shell.refused import Refused
from errors import RookeryError, Unauthenticated, Unavailable

_DOCUMENT = """query ($query: String!, $parameters: JSON, $seconds: Int) {
  cypher(query: $query, parameters: $parameters, seconds: $seconds) {
    columns rows truncated seconds limit estimate freshness { epoch mark } } }"""
_BEYOND = 30.0
"""Seconds beyond the limit of a query in which its answer must come."""
_LONGEST = 3_600.0
_UNAUTHENTICATED = 401


@dataclass(frozen=True, slots=True)
class Result:
    """An answer of the server: its columns and rows, why it is not whole, if so, and how fresh the copy is."""

    columns: list[str]
    rows: list[list[Any]]
    truncated: str | None
    seconds: float
    epoch: str
    mark: str

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Result":
        """Read what the field `cypher` gives."""
        fresh = found["freshness"]
        return cls(found["columns"], found["rows"], found["truncated"], found["seconds"], fresh["epoch"], fresh["mark"])


@dataclass(frozen=True, slots=True)
class CypherClient:
    """A server at an address, asked with a token."""

    url: str
    token: str = field(repr=False)

    async def ask(self, query: str, parameters: Mapping[str, Any], seconds: int | None = None) -> Result:
        """Send a query and return its answer.

        Raises:
            Refused: the server says no.
            Unauthenticated: the token is good no more.
            Unavailable: the server cannot be reached, or is none of ours.

        """
        body = {"query": _DOCUMENT, "variables": {"query": query, "parameters": parameters, "seconds": seconds}}
        headers = {"authorization": f"Bearer {self.token}"}
        try:
            async with httpx.AsyncClient(timeout=(seconds or _LONGEST) + _BEYOND) as http:
                response = await http.post(self.url, json=body, headers=headers)
                answer = response.json()
        except httpx.HTTPError as error:
            raise Unavailable(f"{self.url} cannot be reached: {error or type(error).__name__}.") from error
        except ValueError as error:
            raise Unavailable(f"{self.url} answers, but not as a Rookery does.") from error
        return _read(answer, response.status_code)


def _read(answer: Mapping[str, Any], status: int) -> Result:
    if status == _UNAUTHENTICATED:
        raise Unauthenticated("The token is good no more. `createPersonalToken` makes another, with the scope ANALYTICS.")
    if errors := answer.get("errors"):
        raise Refused(_said(errors[0]))
    return Result.of(answer["data"]["cypher"])


def _said(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions", {})
    place = f" (line {extensions['line']}, column {extensions['column']})" if "line" in extensions else ""
    return f"{extensions.get('code', 'ERROR')}: {error['message']}{place}"


EXPECTED = (Refused, RookeryError)
"""What a shell tells and goes on after."""
