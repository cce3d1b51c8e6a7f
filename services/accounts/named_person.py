"""Finding a person by their username of now, for commands of the operator, whatever state the account is in."""

from typing import NamedTuple

from errors import NotFound
from graph.driver import Graph
from graph.rows.users import UserState
from services.accounts.names import username_key


class NamedPerson(NamedTuple):
    """The two ids of a person, and the state of their account."""

    id: str
    key: int
    state: UserState


async def person_named(graph: Graph, username: str) -> NamedPerson:
    """Return the person of a username, in any case, with or without an @ before it.

    Raises:
        NotFound: nobody has it.

    """
    found = await graph.read("accounts/viewer_by_username", usernameKey=username_key(username.removeprefix("@")))
    if found is None:
        raise NotFound("person")
    id_, key, state = found
    return NamedPerson(id_, key, UserState(state))
