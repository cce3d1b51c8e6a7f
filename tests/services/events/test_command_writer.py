"""A write that is done is answered as done, whatever the cache says."""

from redis.asyncio import Redis
from structlog.testing import capture_logs

from graph.driver import Graph
from graph.ids import new_id
from keyspace.client import Keyspace
from keyspace.row_cache import RowCache
from keyspace.viewer_flags import LIKED
from services.events.command_writer import CommandWriter
from services.events.invalidation import Invalidation
from tests.services.events.redis_process import RedisProcess
from tests.services.events.stories import a_like


async def test_a_write_succeeds_where_redis_refuses_to_invalidate_or_is_away(
    redis: Redis, redis_process: RedisProcess, keyspace: Keyspace, graph: Graph
) -> None:
    writer, like = CommandWriter(graph, Invalidation(RowCache(keyspace, 60))), a_like(new_id())
    await redis.set(LIKED.hash_of(like.user_key), "not a hash")
    before = await graph.read("outbox/depth")
    with capture_logs() as lines:
        await writer.write("outbox/depth", events=lambda _: [like])
        redis_process.stop()
        await writer.write("outbox/depth", events=lambda _: [a_like(new_id())])
    assert await graph.read("outbox/depth") == before + 2
    errors = [line["error"] for line in lines if line["event"] == "invalidation_failed"]
    assert errors == ["CommandRefused", "Unavailable"]
