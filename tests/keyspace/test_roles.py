"""Every key has a role, since what has none is taken for a stream: it would never be removed."""

import inspect
from collections.abc import Iterator

from keyspace import keys
from keyspace.roles import ROLES, Role, is_row, role_of

NO_KEYS = {"PACKED_VIEWER", "PERIODIC", "NUDGES", "packed", "OF_TIMELINES", "epoch_of"}
"""What `keyspace/keys.py` has beside keys that begin with what they are. A channel is no key."""
SAMPLES = {"int": 7, "bytes": b"sample", "str": "sample", "Iterable[int]": [7, 8], "Iterable[str]": ["sample"]}


def named_keys() -> Iterator[bytes | str]:
    """Give each key of `keyspace/keys.py`, and one of each of its functions."""
    for name, value in vars(keys).items():
        if name.startswith("_") or name in NO_KEYS or getattr(value, "__module__", keys.__name__) != keys.__name__:
            continue
        if inspect.isfunction(value):
            found = value(*(_sample(each) for each in inspect.signature(value).parameters.values()))
        elif isinstance(value, (str, bytes, tuple)):
            found = value
        else:
            continue
        yield from [found] if isinstance(found, (str, bytes)) else found


def test_every_key_has_a_role():
    names = [name.encode() if isinstance(name, str) else name for name in named_keys()]
    assert len(names) > 40
    assert [name for name in names if name.partition(b":")[0] not in ROLES] == []


def test_roles_of_those_that_begin_alike():
    assert role_of(keys.EVENTS.encode()) is Role.STREAMS
    assert role_of(keys.FAN_OUT[0].encode()) is Role.TIMELINES
    assert role_of(keys.epoch_of(Role.ROWS).encode()) is Role.ROWS
    assert not is_row(keys.epoch_of(Role.ROWS).encode())
    assert role_of(b"somebody:else") is Role.STREAMS


def _sample(parameter: inspect.Parameter) -> object:
    return SAMPLES[inspect.formatannotation(parameter.annotation).removeprefix("collections.abc.")]
