"""Password hashes: Argon2id (RFC 9106), computed in a few threads of their own, with a limited queue."""

import asyncio
import base64
import os
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import ARGON2_VERSION, Type

from errors import Unavailable

T = TypeVar("T")

COST = Parameters(
    type=Type.ID, version=ARGON2_VERSION, salt_len=16, hash_len=32, time_cost=2, memory_cost=65_536, parallelism=1
)
"""The 64 MiB of RFC 9106's second choice, two passes: about 0.11 s of one core, three times OWASP's least in memory.
No parallelism within a hash: the threads below use the cores already, and more would only starve the event loop."""
THREADS = 2
"""Hashes computed at once: 128 MiB at most."""
QUEUE = 32
"""Hashes that may wait, the last of them for about two seconds. More are refused."""
LONGEST = 128
"""Most characters of a password, before normalisation; longer ones are refused unread."""


class Passwords:
    """Hashes and verifies passwords off the event loop."""

    def __init__(self, cost: Parameters = COST, *, threads: int = THREADS, queue: int = QUEUE) -> None:
        """Create the threads; they start when first used."""
        self._hasher = PasswordHasher.from_parameters(cost)
        self._nobody = _hash_of_nobody(cost)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._places = threading.BoundedSemaphore(threads + queue)

    async def hash(self, password: str) -> str:
        """Return the hash of a password that the rules accepted, in the PHC form that names its parameters and its salt.

        Raises:
            Unavailable: too many hashes wait already.

        """
        if (secret := encoded(password)) is None:
            raise ValueError("the password was not checked by the rules")
        return await self._run(lambda: self._hasher.hash(secret))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Return whether this is the password of a stored hash; without a hash, do the same work and return False.

        Raises:
            Unavailable: too many hashes wait already.

        """
        if (secret := encoded(password)) is None:
            return False  # at once: it can be nobody's password, so the time reveals nothing about an account
        return await self._run(lambda: self._matches(stored or self._nobody, secret))

    def outdated(self, stored: str) -> bool:
        """Return whether a hash was made with other parameters than new ones are."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """Drop the queue and let the threads end."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, secret: bytes) -> bool:
        try:
            return self._hasher.verify(stored, secret)
        except VerifyMismatchError:
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise Unavailable
        future = self._executor.submit(work)
        future.add_done_callback(self._release)  # also when the caller gave up before the work began
        return await asyncio.wrap_future(future)

    def _release(self, _: Future[T]) -> None:
        self._places.release()


def cost_of(*, memory: int, passes: int) -> Parameters:
    """Return the cost of new hashes with this memory, in KiB, and so many passes over it; the rest is as in `COST`."""
    return replace(COST, memory_cost=memory, time_cost=passes)


def encoded(password: str) -> bytes | None:
    """Return the bytes that are hashed, or None for what cannot be a password: too long, or not Unicode text.

    NFKC, so that a password typed on another keyboard, decomposed or in full-width letters, stays the same one.
    """
    if len(password) > LONGEST:
        return None
    try:
        return unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        return None


def _hash_of_nobody(cost: Parameters) -> str:
    """Return a valid hash that matches no password: to verify it costs as much as any other."""
    salt, digest = (base64.b64encode(os.urandom(n)).rstrip(b"=").decode() for n in (cost.salt_len, cost.hash_len))
    numbers = f"m={cost.memory_cost},t={cost.time_cost},p={cost.parallelism}"
    return f"$argon2id$v={cost.version}${numbers}${salt}${digest}"
