"""What decides how new posts are delivered: one node of the graph, so no process holds an older threshold than another."""

from dataclasses import dataclass

from clock import now_ms
from errors import InvalidInput
from graph.rows.delivery import DeliveryControl
from graph.rows.posts import Delivery
from services.events.command_writer import CommandWriter


@dataclass(frozen=True, slots=True)
class DeliveryControls:
    """Reads it, and pins it for an operator. Posts that are written already stay as they are."""

    writer: CommandWriter

    async def read(self) -> DeliveryControl:
        """Return what is set at present."""
        row = await self.writer.graph.read("delivery/control")
        return DeliveryControl() if row is None else DeliveryControl.of(row)

    async def pin(self, threshold: int | None = None, mode: Delivery | None = None) -> DeliveryControl:
        """Pin the number of followers from which posts are not pushed to all, or the mode above it, or both; an older pin ends.

        With the mode `PUSH`, every post is pushed to all.

        Raises:
            InvalidInput: nothing is to be pinned, or the threshold is negative.

        """
        if threshold is None and mode is None:
            raise InvalidInput("threshold", "Pin a threshold, a mode, or both.")
        if threshold is not None and threshold < 0:
            raise InvalidInput("threshold", "A threshold is a number of followers, 0 or more.")
        return await self._write(threshold, mode)

    async def adapt(self, threshold: int | None, *, shedding: bool) -> DeliveryControl:
        """Set what load asks for, where nothing is pinned: a threshold, None for that of the settings, and what is done above."""
        row = await self.writer.write("delivery/adapt", threshold=threshold, shedding=shedding, at=now_ms())
        return DeliveryControl.of(row)

    async def unpin(self) -> DeliveryControl:
        """Let load decide again."""
        return await self._write(None, None)

    async def _write(self, threshold: int | None, mode: Delivery | None) -> DeliveryControl:
        return DeliveryControl.of(await self.writer.write("delivery/pin", threshold=threshold, mode=mode, at=now_ms()))
