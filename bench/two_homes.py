"""Warm home pages of 20 posts for two kinds of readers, of one process under load: what one kind costs beside the other."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.figures import Figure, at_most
from bench.load import Request, ask, measure_load
from bench.people import headers_of
from bench.served import PRODUCT, served
from bench.testbed import Testbed
from parts import Parts
from services.accounts.viewer import Viewer

PAGE = 20
"""Posts of a page, each of another author."""
READERS = 16
"""People who read each kind of page, in turn."""
CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class TwoHomes:
    """Two kinds of readers, the costlier first, and what they ask.

    `readers` makes them, by kind; `is_right` says whether the edges of a page are what they are taken for. `most` is how many
    times as many answers the second kind may get.
    """

    document: str
    kinds: tuple[str, str]
    readers: Callable[[Parts], Awaitable[Mapping[str, Sequence[Viewer]]]]
    is_right: Callable[[str, Sequence[Any]], bool]
    most: float

    async def measure(self, testbed: Testbed) -> list[Figure]:
        """Put one process under load by readers of both kinds, in turns."""
        costlier, other = self.kinds
        async with testbed.parts() as parts:
            readers = await self.readers(parts)
            requests = {kind: [Request(self.document, headers_of(parts, each)) for each in readers[kind]] for kind in self.kinds}
            with served(testbed, {costlier: PRODUCT}, one_core=True) as ports:
                port, length = ports[costlier], testbed.run_length
                await asyncio.to_thread(self._check, port, requests)
                loads = await measure_load(
                    dict.fromkeys(self.kinds, port),
                    requests,
                    turn=length.turn,
                    rounds=length.rounds,
                    apart=True,
                    connections=CONNECTIONS,
                )
        beside = loads[other].beside(loads[costlier])
        ratio = Figure.of_turns(f"answers a second {other} beside those {costlier}", beside, "times", at_most(self.most))
        return [ratio, *(figure for kind, load in loads.items() for figure in load.figures(kind))]

    def _check(self, port: int, requests: Mapping[str, Sequence[Request]]) -> None:
        for kind, some in requests.items():
            page: object = ask(port, some[0])["homeTimeline"]
            assert isinstance(page, dict)
            if not self.is_right(kind, page["edges"]):
                raise RuntimeError(f"not a page {kind}: {page}")
