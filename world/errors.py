"""Errors of the demo world and of imports, for the user at the command line.

WorldError
├── WorldConflict    the graph has another demo world, or a username of this one is taken
└── UnreadableFile   the file cannot be opened, is incomplete, or needs a newer Python
"""


class WorldError(Exception):
    """A seed or an import cannot continue; the message says what to do."""


class WorldConflict(WorldError):
    """The graph has something that conflicts with this demo world."""


class UnreadableFile(WorldError):
    """A file of edges cannot be read to its end."""
