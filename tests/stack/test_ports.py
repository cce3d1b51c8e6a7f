"""Preferred ports are held to be free, zeros become free ports."""

import socket
from collections.abc import Iterator

import pytest

from stack.errors import PortTaken, StackError
from stack.ports import LOOPBACK, Ports


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as other:
        yield other.getsockname()[1]


def test_a_taken_port_is_named_with_the_setting_that_moves_it(taken_port: int) -> None:
    ports = Ports(neo4j=taken_port, redis=0, s3=0, mail=0)
    with pytest.raises(PortTaken, match=f"Another program uses port {taken_port}; stop it, or set ROOKERY_STACK_NEO4J_PORT"):
        ports.resolved()


def test_zeros_become_four_ports_below_those_lent_to_clients() -> None:
    ports = Ports.any_free().resolved()
    numbers = {ports.neo4j, ports.redis, ports.s3, ports.mail}
    assert len(numbers) == 4
    assert all(20_000 <= number < 30_000 for number in numbers)


def test_the_environment_moves_a_port_and_leaves_the_others() -> None:
    assert Ports.from_environ({"ROOKERY_STACK_REDIS_PORT": "7001"}) == Ports(redis=7001)


@pytest.mark.parametrize("text", ["seven", "-1", "65536"])
def test_what_is_no_port_is_refused_by_name(text: str) -> None:
    with pytest.raises(StackError, match="ROOKERY_STACK_S3_PORT must be a port"):
        Ports.from_environ({"ROOKERY_STACK_S3_PORT": text})
