"""Errors of the demo world and of imports, for the user at the command line.

WorldError
├── WorldConflict    the graph has another demo world; nothing is written
├── UsernameTaken    somebody else has a username of the demo world; what came before it is written
└── UnreadableFile   the file cannot be opened, is incomplete, or needs a newer Python
"""


class WorldError(Exception):
    """A seed or an import cannot continue; the message says what to do."""


class WorldConflict(WorldError):
    """The graph has another demo world."""


class UsernameTaken(WorldError):
    """Somebody else has a username of the demo world."""


class UnreadableFile(WorldError):
    """A file of edges cannot be read to its end."""
