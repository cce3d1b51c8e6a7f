"""Which media somebody may attach: their own, if they are uploaded and not refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from errors import InvalidInput
from graph.driver import Graph
from graph.rows.media import MediaState


@dataclass(frozen=True, slots=True)
class OwnedMedia:
    """Checks media before they are attached to a post or a profile."""

    graph: Graph

    async def check(self, owner: str, ids: Sequence[str], *, field: str) -> None:
        """Accept media that the owner has uploaded completely.

        Raises:
            InvalidInput: one is unknown, somebody else's, refused, or not uploaded yet; `field` is blamed.

        """
        states = dict(await self.graph.read("media/owned", ids=list(ids), owner=owner))
        for id_ in ids:
            match states.get(id_):
                case MediaState.READY | MediaState.PROCESSING:
                    continue
                case MediaState.PENDING:
                    raise InvalidInput(field, "A picture must be uploaded and completed before it is used.")
                case MediaState.REFUSED:
                    raise InvalidInput(field, "This picture was refused.")
                case _:
                    raise InvalidInput(field, "You have no such picture.")
