"""Whether the secrets of the settings are those that the graph was sealed with, before anybody is served.

Without them nobody is found by their address, so somebody could sign up with that of another account.
"""

from dataclasses import dataclass, field

import structlog

from graph.driver import Graph
from services.sealing import KeyMissing, Sealing, key_of

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class KeyCheck:
    """Looks at the oldest and the newest account, until they pass once. `addresses` is what seals them."""

    graph: Graph
    addresses: Sealing
    _passed: bool = field(default=False, init=False)

    async def check(self) -> None:
        """Pass where their addresses are sealed by keys that are here.

        Raises:
            KeyMissing: they are not; the log names the key.
            SealBroken: what stands there is no sealed address.
            Unavailable: the graph is away.

        """
        if self._passed:
            return
        for sealed in await self.graph.read("sealed/samples"):
            if (key := key_of(sealed)) not in self.addresses.key_ids:
                log.error("seal_key_missing", key=key, setting="ROOKERY_SEAL_SECRET")
                raise KeyMissing(key)
        self._passed = True
