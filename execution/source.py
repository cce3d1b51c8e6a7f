"""The text of a plan while it is written, and the values that it refers to.

Nothing of the document reaches the text but response names: as `repr` of a string within a dict display, or of the bytes that
stand before a value in JSON. Names of types and attributes come from the schema, everything else is a value bound to a name
made here.
"""

import builtins
from collections.abc import Sequence
from typing import Any, NamedTuple

from execution import batching, columns, pieces

FILENAME = "<plan>"
"""Stands in tracebacks for the file of generated code."""
MODULE = f"{__name__}.{FILENAME}"
"""Stands in for its module, so that its frames are seen to belong to this library."""


class Line(NamedTuple):
    """A line of code, and the field that it is for, as in `Post.author`; no field if it is for a whole selection."""

    text: str
    field: str = ""


class Source:
    """Functions one after the other, and the names that they use."""

    def __init__(self) -> None:
        """Begin with what every plan uses."""
        self.names: dict[str, Any] = {
            "__builtins__": {"zip": builtins.zip},
            "__name__": MODULE,
            **{function.__name__: function for function in _USED},
        }
        self.fields: list[str] = []
        """The field or type that each line is for."""
        self._lines: list[str] = []
        self._constants: dict[int, str] = {}
        self._count = 0

    def fresh(self, stem: str) -> str:
        """Make a name."""
        self._count += 1
        return f"{stem}{self._count}"

    def constant(self, stem: str, value: object) -> str:
        """Bind a value to a name, once, and return the name."""
        name = self._constants.get(id(value))
        if name is None:
            name = self._constants[id(value)] = self.fresh(f"{stem}_")
            self.names[name] = value
        return name

    def function(self, name: str, about: str, body: Sequence[Line]) -> None:
        """Write a function of a level of rows; `about` is the type or the field that it is for."""
        self._lines += [f"def {name}(rows, run):", f"    # {about}", *(f"    {line.text}" for line in body), "", ""]
        self.fields += [about, about, *(line.field or about for line in body), about, about]

    @property
    def text(self) -> str:
        """The code so far."""
        return "\n".join(self._lines)

    def execute(self) -> dict[str, Any]:
        """Define the functions, and return them with all other names."""
        exec(compile(self.text, FILENAME, "exec"), self.names)  # noqa: S102 - see the head of this file
        return self.names


_USED = (
    columns.flat,
    columns.interleaved,
    columns.nested,
    columns.present,
    columns.spread,
    pieces.Fragment,
    pieces.join,
    pieces.json,
    batching.together,
)
