"""Whether servers give the same answer, but for how ids, times and cursors are written, which each decides for itself."""

from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from bench.load import Request, ask

ASKED_BEFORE = 2
"""Times that a page is asked for before it is compared: by then everything is cached that a server caches."""


def check_equal(
    ports: Mapping[str, int], requests: Mapping[str, Sequence[Request]], expected_of: str, but: Collection[str] = ()
) -> None:
    """Ask all servers the same, and compare what they answer, but for fields of some names.

    Raises:
        RuntimeError: one gives another answer than that of `expected_of`.

    """
    for number, request in enumerate(requests[expected_of]):
        for _ in range(ASKED_BEFORE):
            ask(ports[expected_of], request)
        expected = comparable(ask(ports[expected_of], request), but)
        for name, port in ports.items():
            found = comparable(ask(port, requests[name][number]), but)
            if found != expected:
                raise RuntimeError(f"{name} returns another page than {expected_of}: {found} instead of {expected}")


def comparable(value: object, but: Collection[str] = (), name: str = "") -> object:
    """Return an answer with the ids of the graph, times in milliseconds, and of cursors whether there is one.

    Of mutuals, only how many are named: which is left to chance.
    """
    if name in _FORMS:
        return _FORMS[name](value)
    if isinstance(value, dict):
        return {key: comparable(each, but, key) for key, each in value.items() if key not in but}
    return [comparable(each, but) for each in value] if isinstance(value, list) else value


def _own(id_: Any) -> object:
    """Return the id of the graph, which a global id has in it."""
    try:
        return b64decode(id_, validate=True).decode().partition(":")[2] or id_
    except (Error, UnicodeError):
        return id_


def _milliseconds(at: Any) -> object:
    return round(datetime.fromisoformat(at).timestamp() * 1_000) if isinstance(at, str) else at


_FORMS: Mapping[str, Callable[[Any], object]] = {
    "id": _own,
    "createdAt": _milliseconds,
    "endCursor": lambda cursor: cursor is not None,
    "mutuals": len,
}
"""What is compared of some fields."""
