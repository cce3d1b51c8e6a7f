"""The text of a plan while it is written, and the values that it refers to.

Nothing of the document reaches the text but response names, as `repr` of a string within a dict display. Names of types and
attributes come from the schema, everything else is a value bound to a name made here.
"""

import builtins
from collections.abc import Sequence
from typing import Any

from execution import batching, columns


class Source:
    """Functions one after the other, and the names that they use."""

    def __init__(self) -> None:
        """Begin with what every plan uses."""
        self.names: dict[str, Any] = {
            "__builtins__": {"zip": builtins.zip},
            **{function.__name__: function for function in _USED},
        }
        self._lines: list[str] = []
        self._constants: dict[int, str] = {}
        self._count = 0

    def fresh(self, stem: str) -> str:
        """Make a name."""
        self._count += 1
        return f"{stem}{self._count}"

    def constant(self, stem: str, value: object) -> str:
        """Give the name of a value."""
        name = self._constants.get(id(value))
        if name is None:
            name = self._constants[id(value)] = self.fresh(f"{stem}_")
            self.names[name] = value
        return name

    def function(self, name: str, about: str, body: Sequence[str]) -> None:
        """Write a function of a level of rows."""
        self._lines += [f"def {name}(rows, run):", f"    # {about}", *(f"    {line}" for line in body), "", ""]

    @property
    def text(self) -> str:
        """Give what is written."""
        return "\n".join(self._lines)

    def made(self) -> dict[str, Any]:
        """Make the functions."""
        exec(compile(self.text, "<plan>", "exec"), self.names)  # noqa: S102 - see the head of this file
        return self.names


_USED = (
    columns.flat,
    columns.global_ids,
    columns.nested,
    columns.present,
    columns.spread,
    columns.woven,
    batching.together,
)
