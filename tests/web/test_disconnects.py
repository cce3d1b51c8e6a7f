"""What happens to work when its client goes away."""

import asyncio

import httpx
import pytest

from tests.web.conftest import Served


async def ask_and_leave(served: Served, query: str) -> None:
    asking = asyncio.create_task(served.ask(query))
    await asyncio.wait_for(served.toy.begun.wait(), 5)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_query_is_cancelled_with_its_client(served: Served) -> None:
    await ask_and_leave(served, "{ slow }")
    await asyncio.wait_for(served.toy.cancelled.wait(), 5)
    assert (await served.ask("{ hello }")).status_code == 200


async def test_a_mutation_runs_to_its_end_without_its_client(served: Served) -> None:
    await ask_and_leave(served, "mutation { slowAdd }")
    served.toy.gate.set()
    await asyncio.wait_for(served.toy.finished.wait(), 5)


async def test_a_slow_query_of_a_patient_client_is_answered(served: Served) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        asking = asyncio.create_task(http.post(served.url, json={"query": "{ slow }"}))
        await asyncio.wait_for(served.toy.begun.wait(), 5)
        # Longer than the moment after which the server begins to watch for a disconnect of the client.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(served.toy.cancelled.wait(), 0.1)
        served.toy.gate.set()
        assert (await asking).json() == {"data": {"slow": "done"}}
