"""What can be wrong with a demo world or an import, for the person at the command line.

WorldError
├── WorldConflict    the graph holds another demo world, or a username of this one is taken
└── UnreadableFile   the file cannot be opened, breaks off, or is in a form that this Python cannot read
"""


class WorldError(Exception):
    """A seed or an import cannot go on; the message says what to do."""


class WorldConflict(WorldError):
    """The graph already holds something that this demo world would clash with."""


class UnreadableFile(WorldError):
    """A file of edges cannot be read to its end."""
