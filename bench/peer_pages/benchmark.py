"""Measures pages and writes on all servers over one graph, in turns."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from bench.cpu import listener
from bench.errors import BenchError
from bench.figures import Figure
from bench.peer_pages.cast import Cast, find_cast
from bench.peer_pages.equality import check_equal
from bench.peer_pages.figures import cold_figures, warm_figures
from bench.peer_pages.page import EVERYWHERE, PAGES, Page
from bench.peer_pages.servers import OURS, WAYS, programs, request
from bench.peer_pages.turns import NEO4J, REDIS, WORKER, Rotation, Turns
from bench.served import is_ready, module, served
from bench.testbed import Testbed
from bench.waiting import is_delivered, until
from parts import Parts

CHECKED = 2
"""Writes whose answers are compared."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Measure the pages that were asked for, those that write last, with a worker beside them.

    Raises:
        BenchError: a page is named that there is not.
        RuntimeError: a server gives another answer than the product.

    """
    pages = _chosen(testbed.run_length.pages)
    async with testbed.parts() as parts:
        commands = await asyncio.to_thread(programs, [name for page in pages for name in page.servers])
        cast = await find_cast(parts, testbed.run_length.sample, EVERYWHERE)
        with served(testbed, commands, one_core=True) as ports:
            for name in WAYS:
                if name in ports:
                    await until(partial(asyncio.to_thread, is_ready, ports[name]))
            bench = _Bench(testbed, parts, cast, ports)
            figures = [figure for page in pages if not page.writes for figure in await bench.read(page)]
            return figures + await bench.written([page for page in pages if page.writes])


def _chosen(names: Sequence[str]) -> list[Page]:
    if unknown := [name for name in names if name not in PAGES]:
        raise BenchError(f"There is no page {unknown[0]}; there are {', '.join(PAGES)}.")
    return [page for name, page in PAGES.items() if not names or name in names]


@dataclass(frozen=True, slots=True)
class _Bench:
    """The running servers, and who asks them."""

    testbed: Testbed
    parts: Parts
    cast: Cast
    ports: Mapping[str, int]

    async def read(self, page: Page) -> list[Figure]:
        """Measure a page: warm, and with an emptied Redis."""
        await self._check_equal(page)
        turns, asked, run_length = self._turns(_nothing), self._asked(page), self.testbed.run_length
        await turns.warm_up(self._of(page), asked)
        figures = []
        for connections in run_length.connections:
            figures += warm_figures(page, connections, await turns.warm(self._of(page), asked, connections))
        everywhere = {name: port for name, port in self._of(page).items() if name in EVERYWHERE}
        for connections in run_length.cold_connections:
            figures += cold_figures(page, connections, await turns.cold(everywhere, asked, connections))
        return figures

    async def written(self, pages: Sequence[Page]) -> list[Figure]:
        """Measure writes, with a worker that handles their events; a turn ends when everything is delivered."""
        if not pages:
            return []
        figures: list[Figure] = []
        with served(self.testbed, {WORKER: module("bench.worker_program")}) as worker:
            turns = self._turns(partial(until, partial(is_delivered, self.parts)), {WORKER: listener(worker[WORKER])})
            for page in pages:
                await self._check_equal(page)
                asked = self._asked(page)
                await turns.warm_up(self._of(page), asked)
                for connections in self.testbed.run_length.connections:
                    figures += warm_figures(page, connections, await turns.warm(self._of(page), asked, connections))
        return figures

    async def _check_equal(self, page: Page) -> None:
        """Check that all answer alike; of writes, for a few, which are undone again."""
        asking = page.asked(self.cast, OURS)[: CHECKED if page.writes else None]
        ports = self._of(page)
        for document in page.documents:
            requests = {name: [request(name, document, each, self.parts) for each in asking] for name in ports}
            await asyncio.to_thread(check_equal, ports, requests, OURS, page.new)

    def _of(self, page: Page) -> dict[str, int]:
        return {name: self.ports[name] for name in page.servers if name in self.ports}

    def _asked(self, page: Page) -> dict[str, Rotation]:
        return {
            name: Rotation(
                [
                    request(name, document, asking, self.parts)
                    for document in page.documents
                    for asking in page.asked(self.cast, name)
                ]
            )
            for name in self._of(page)
        }

    def _turns(self, settle: Callable[[], Awaitable[None]], others: Mapping[str, Path | None] = MappingProxyType({})) -> Turns:
        settings, run_length = self.testbed.settings, self.testbed.run_length
        redis_url = settings.redis_url.get_secret_value()
        servers = {NEO4J: settings.neo4j_uri, REDIS: redis_url}
        processes = {name: listener(urlsplit(url).port or 0) for name, url in servers.items()}
        return Turns(
            run_length.page_turn, run_length.rounds, run_length.warm, {**processes, **others}, settle, redis_url
        )


async def _nothing() -> None:
    """Wait for nothing: reading leaves nothing to do."""
