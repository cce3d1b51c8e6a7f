"""The function of a selection, while it is put together: what it reads and asks for, and the objects that it gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from orjson import dumps

from execution.site import Site
from execution.source import Line


@dataclass(frozen=True, slots=True)
class Coroutine:
    """The lines that compute a column and may wait more than once."""

    site: Site
    lines: list[Line]


class Read(NamedTuple):
    """The attribute that a column is read from, and the field that it is for."""

    path: str
    field: str


class SharedLookup(NamedTuple):
    """A lookup that several fields of a level may share, and the fields that do."""

    pending: str
    sites: list[Site]


class Member(NamedTuple):
    """A field of the object by its response name: the column of its values, or the one text that it always has."""

    key: str
    column: str = ""
    text: str = ""

    @property
    def value(self) -> str:
        """The expression of the value for one row."""
        return f"{self.column}_" if self.column else repr(self.text)


class Piece(NamedTuple):
    """Fields that stand side by side and are cached in the row: the function that computes them, and what it shows."""

    function: str
    shown: str

    @property
    def value(self) -> str:
        """The expression of the piece of one row."""
        return f"{self.function}_"


PIECES = "pieces"
"""The column of all pieces of each row."""


@dataclass(slots=True)
class Level:
    """What the function of a selection is put together from."""

    reads: dict[str, Read] = field(default_factory=dict)
    """Attributes by column, read in one pass over the rows."""
    lines: list[Line] = field(default_factory=list)
    requests: dict[str, Line] = field(default_factory=dict)
    """What is asked for by fields that wait once."""
    lookups: dict[tuple[str, str], SharedLookup] = field(default_factory=dict)
    """Those requests that are lookups, by loader and key."""
    coroutines: dict[str, Coroutine] = field(default_factory=dict)
    """The fields that may wait more than once, by column."""
    after_step: list[Line] = field(default_factory=list)
    """What is done with the answers to `requests`."""
    members: list[Member | Piece] = field(default_factory=list)
    """The fields of the object in order; a piece has several."""

    @property
    def pieces(self) -> list[Piece]:
        """The pieces of the object in order."""
        return [member for member in self.members if isinstance(member, Piece)]

    @property
    def waits(self) -> bool:
        """Whether the function is a coroutine."""
        return bool(self.requests or self.coroutines)

    def body(self, write: Callable[[Site, list[Line]], str]) -> list[Line]:
        """Put the function together; `write` makes a coroutine a function of its own, where several run side by side."""
        lines = [Line("if not rows: return []"), *self._read()]
        lines += [*self.lines, *self.requests.values()]
        if len(self.coroutines) == 1:
            lines += [line for coroutine in self.coroutines.values() for line in coroutine.lines]
        elif self.coroutines:
            calls = [
                f"{write(coroutine.site, [*coroutine.lines, Line(f'return {column}')])}(rows, run)"
                for column, coroutine in self.coroutines.items()
            ]
            lines.append(Line(f"{', '.join(self.coroutines)} = yield from together({', '.join(calls)})"))
        if self.requests:
            # The coroutines may have waited, and then everything is here.
            lines.append(Line(f"if {' or '.join(f'{pending}.results is None' for pending in self.requests)}: yield"))
        return [*lines, *self.after_step, *self._objects()]

    def _read(self) -> list[Line]:
        if len(self.reads) <= 1:
            return [Line(f"{column} = [row.{read.path} for row in rows]", read.field) for column, read in self.reads.items()]
        attributes = "".join(f"row.{read.path}, " for read in self.reads.values())
        return [Line(f"{', '.join(self.reads)} = zip(*[({attributes}) for row in rows])")]

    def _objects(self) -> list[Line]:
        """Return the lines that give an object for each row: a dict, or JSON where some fields are pieces of it."""
        members = [member for member in self.members if isinstance(member, Member)]
        columns = {member.value: member.column for member in members if member.column}
        if not self.pieces:
            items = ", ".join(f"{member.key!r}: {member.value}" for member in members)
            return [Line(f"return [{{{items}}} {_loop(columns)}]")]
        written = [Line(f"{column} = json({column})") for column in columns.values()]
        columns[tuple_of([piece.value for piece in self.pieces])] = PIECES
        return [*written, Line(f"return [Fragment(join(({', '.join(self._texts())}))) {_loop(columns)}]")]

    def _texts(self) -> list[str]:
        """Return the expressions of the parts of an object in JSON."""
        texts, constant = list[str](), "{"
        for at, member in enumerate(self.members):
            constant += "," if at else ""
            if isinstance(member, Member):
                constant += f"{dumps(member.key).decode()}:{'' if member.column else dumps(member.text).decode()}"
                if not member.column:
                    continue
            texts += [repr(constant.encode()), member.value]
            constant = ""
        return [*texts, repr(f"{constant}}}".encode())]


def tuple_of(names: list[str]) -> str:
    """Return the expression of a tuple."""
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def _loop(columns: dict[str, str]) -> str:
    """Return the loop over some columns, each by the names that its values get."""
    if not columns:
        return "for _ in rows"
    if len(columns) == 1:
        return "".join(f"for {names} in {column}" for names, column in columns.items())
    return f"for {', '.join(columns)} in zip({', '.join(columns.values())})"
