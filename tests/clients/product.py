"""The product as clients meet it: `rookery serve` and `rookery worker` as processes, over a small demo world."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from neo4j import AsyncGraphDatabase
from redis.asyncio import Redis

from services.settings import Settings
from stack.embedded import StackAddresses
from tests.clients.programs import PATIENCE, Program
from tests.conftest import EMPTY
from tests.worlds.processes import free_address

LOGIN, PASSWORD = "mira", "rookery-demo"
LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } } }"
POST = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }"

STARTING = 240.0
"""Seconds for a server to start. It has every statement planned first, which takes a Neo4j that has just started a minute."""


@dataclass(slots=True)
class Product:
    """A worker and two servers on the embedded stack, the second for when the first is away; `log` is where all write."""

    folder: Path
    environ: Mapping[str, str]
    http: httpx.AsyncClient
    address: str = ""
    other: str = ""
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """Give the file of all output."""
        return self.folder / "log"

    async def rookery(self, *arguments: str, **environ: str) -> asyncio.subprocess.Process:
        """Start a `rookery` command."""
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "cli", *arguments, env={**self.environ, **environ}, stdout=log, stderr=log
            )

    async def serve(self, address: str | None = None, **environ: str) -> str:
        """Start a server, on a free port or on the one of an earlier server, and give its host and port."""
        address = address or free_address()
        port = address.rpartition(":")[2]
        self.running[address] = await self.rookery("serve", ROOKERY_PORT=port, **environ)
        async with asyncio.timeout(STARTING):
            while not await self._ready(address):
                assert self.running[address].returncode is None, self.log.read_text()
                await asyncio.sleep(0.1)
        return address

    async def stop(self, name: str) -> None:
        """Stop a server by its address, or the worker."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), PATIENCE)

    async def ask(self, query: str, variables: object = None, *, token: str = "", address: str = "") -> Any:
        """Run an operation, and give its data."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        url = f"http://{address or self.address}/graphql"
        answer = (await self.http.post(url, json={"query": query, "variables": variables}, headers=headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def log_in(self, address: str = "") -> str:
        """Give an access token of the demo log-in."""
        answer = await self.ask(LOG_IN, {"input": {"login": LOGIN, "password": PASSWORD}}, address=address)
        return str(answer["logIn"]["session"]["accessToken"])

    async def write_post(self, text: str, address: str = "") -> None:
        """Write a post as the demo log-in, by the server at `address` or the first."""
        token = await self.log_in(address)
        await self.ask(POST, {"input": {"text": text}}, token=token, address=address)

    async def write_until_seen(self, program: Program) -> str:
        """Write posts until a program that has just subscribed prints one, and give that line."""
        for number in range(int(PATIENCE)):
            await self.write_post(f"post number {number}")
            with suppress(TimeoutError):
                return await program.until("post number", seconds=1)
        raise AssertionError("\n".join(["nothing came", *program.lines]))

    async def _ready(self, address: str) -> bool:
        with suppress(httpx.TransportError):
            return (await self.http.get(f"http://{address}/readyz")).status_code == 200
        return False


@pytest.fixture(scope="package")
async def product(
    stack: StackAddresses, migrated: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """A running product with a demo world of sixty people."""
    await _emptied(stack)
    folder = tmp_path_factory.mktemp("product")
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        product = Product(folder, _environ(stack, folder), http)
        seeding = await product.rookery("seed", "--people", "60", "--posts", "300")
        assert await asyncio.wait_for(seeding.wait(), PATIENCE) == 0, product.log.read_text()
        try:
            product.running["worker"] = await product.rookery("worker")
            product.address, product.other = await asyncio.gather(product.serve(), product.serve())
            yield product
        finally:
            await asyncio.gather(*(product.stop(name) for name in list(product.running)))


async def _emptied(stack: StackAddresses) -> None:
    driver = AsyncGraphDatabase.driver(stack.neo4j_uri, auth=(stack.neo4j_user, stack.neo4j_password))
    async with driver, driver.session() as session:
        await (await session.run(EMPTY)).consume()
    async with Redis.from_url(stack.redis_url) as redis:
        await redis.flushall()


def _environ(stack: StackAddresses, folder: Path) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ROOKERY_")} | {
        "ROOKERY_DATA_DIR": str(folder),
        "ROOKERY_EXECUTOR": Settings().executor,
        "ROOKERY_NEO4J_URI": stack.neo4j_uri,
        "ROOKERY_NEO4J_USER": stack.neo4j_user,
        "ROOKERY_NEO4J_PASSWORD": stack.neo4j_password,
        "ROOKERY_NEO4J_READ_TIMEOUT": "30",  # a first plan takes seconds on a machine that is busy with other tests
        "ROOKERY_REDIS_URL": stack.redis_url,
        "ROOKERY_S3_ENDPOINT": stack.s3_endpoint,
        "ROOKERY_S3_ACCESS_KEY": stack.s3_access_key,
        "ROOKERY_S3_SECRET_KEY": stack.s3_secret_key,
        "ROOKERY_S3_REGION": stack.s3_region,
        "ROOKERY_S3_BUCKET": stack.s3_bucket,
        "ROOKERY_TOKEN_SECRET": "test token secret of 32 bytes or more",
        "ROOKERY_SEAL_SECRET": "test seal secret of 32 bytes or more!",
    }
