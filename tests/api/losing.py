"""A server that loses the answers to its commits: they are done, and it does not learn of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from graph.driver import Graph
from tests.api.product import Person, Product

BEHIND = {"personal_tokens/used", "sign_ins/note_failed"}
"""What the process writes every few seconds by itself: no mutation waits for it."""


class LosingAnswers:
    """Sends mutations, and loses the answers to what they commit; `lost` is how many that were."""

    def __init__(self, product: Product) -> None:
        """Take a product, which loses nothing else."""
        self.product, self.lost = product, 0

    async def check_unknown(self, viewer: Person | None, name: str, given: Mapping[str, Any] | None) -> None:
        """Check that a mutation changes the graph by one write, and says that its outcome is unknown."""
        before, state = self.lost, await self._everything()
        code = await self.code_of(viewer, name, given)
        assert (name, code, self.lost - before) == (name, "OUTCOME_UNKNOWN", 1)
        assert await self._everything() != state, f"{name} changed nothing"

    async def code_of(self, viewer: Person | None, name: str, given: Mapping[str, Any] | None) -> str | None:
        """Return the code of the error of a mutation, None where it succeeds; one that takes nothing is given None."""
        document = f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ __typename }} }}"
        if given is None:
            document = f"mutation {{ {name} {{ __typename }} }}"
        with pytest.MonkeyPatch.context() as patch:
            self._lose(patch)
            variables = {} if given is None else {"input": given}
            return (await self.product.ask(document, viewer, **variables)).code

    def _lose(self, patch: pytest.MonkeyPatch) -> None:
        transact = Graph.transact

        async def sent_in_vain(graph: Graph, write: Any, commit: Any) -> Any:
            written = await transact(graph, write, commit)
            if not commit.is_sent or write.statement in BEHIND:
                return written
            self.lost += 1
            raise commit.unanswered()

        patch.setattr(Graph, "transact", sent_in_vain)

    async def _everything(self) -> tuple[list[str], list[str]]:
        """Return the whole graph without its events."""
        nodes = await self.product.cypher("MATCH (n) WHERE NOT n:Outbox RETURN collect([labels(n), properties(n)])")
        edges = await self.product.cypher("MATCH ()-[e]->() RETURN collect([type(e), properties(e)])")
        return sorted(map(str, nodes)), sorted(map(str, edges))
