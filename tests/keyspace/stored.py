"""What a Redis holds, to compare before and after."""

from collections.abc import Mapping
from typing import Any

from keyspace.client import Keyspace
from keyspace.pipelined import Command
from keyspace.scanning import scanned

READ: Mapping[bytes, tuple[str, ...]] = {
    b"string": ("GET",),
    b"list": ("LRANGE", "0", "-1"),
    b"set": ("SMEMBERS",),
    b"hash": ("HGETALL",),
    b"zset": ("ZRANGE", "0", "-1"),
    b"stream": ("XRANGE", "-", "+"),
}


async def stored(keyspace: Keyspace) -> dict[bytes, Any]:
    """Give the value of each key, without its lifetime; of what is sorted the order, without scores, which are times."""
    names = [name async for batch in scanned(keyspace) for name in batch]
    kinds = await keyspace.commands("types", [("TYPE", name) for name in names])
    asked: list[Command] = []
    for name, kind in zip(names, kinds, strict=True):
        command, *words = READ[kind]
        asked.append((command, name, *words))
    values = await keyspace.commands("values", asked)
    return {
        name: sorted(value) if kind == b"set" else value for name, kind, value in zip(names, kinds, values, strict=True)
    }
