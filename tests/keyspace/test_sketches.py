"""Sketches that are written without Redis are those that Redis would have made."""

import pytest

from graph.ids import id_at, pack
from keyspace.client import Keyspace
from keyspace.sketches import place_of, sketch_of


@pytest.mark.parametrize("count", [0, 1, 2, 70, 3_000, 40_000])
async def test_redis_counts_a_sketch_as_its_own(keyspace: Keyspace, count: int) -> None:
    members = [pack(id_at(1_700_000_000_000 + number, number)) for number in range(count)]
    await keyspace.command("SET", "ours", sketch_of(map(place_of, members)))
    await keyspace.command("PFADD", "theirs", *members)
    assert await keyspace.command("PFCOUNT", "ours") == await keyspace.command("PFCOUNT", "theirs")
    await keyspace.command("PFADD", "ours", *members[:100])
    await keyspace.command("PFMERGE", "both", "ours", "theirs")
    assert await keyspace.command("PFCOUNT", "both") == await keyspace.command("PFCOUNT", "theirs")


@pytest.mark.parametrize("member", [b"", b"a", b"seven b", b"eight by", b"nine byte", "größer".encode()])
async def test_members_of_any_length_are_known_again(keyspace: Keyspace, member: bytes) -> None:
    await keyspace.command("SET", "ours", sketch_of([place_of(member)]))
    assert await keyspace.command("PFADD", "ours", member) == 0
    assert await keyspace.command("PFADD", "ours", b"another") == 1
