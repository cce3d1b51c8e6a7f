"""Finds whole messages among the bytes that a server sends."""

from collections.abc import Iterator

SIZE = 2
"""Bytes that say how long a chunk is; none after a message, or between two, is a chunk of no bytes."""


class Chunks:
    """Bytes that came, up to the end of the last whole message."""

    def __init__(self) -> None:
        """Begin with none."""
        self._bytes = bytearray()

    def messages(self, data: bytes) -> Iterator[tuple[bytearray, int]]:
        """Take bytes, and give each message that is whole: what holds it, and where it begins there.

        What holds it may be used until the next one is asked for.
        """
        held = self._bytes
        held += data
        at, size = 0, len(held)
        try:
            while at + SIZE <= size:
                chunk = held[at] << 8 | held[at + 1]
                if not chunk:  # the server shows that it lives
                    at += SIZE
                    continue
                end = at + SIZE + chunk
                if end + SIZE > size:
                    break
                if held[end] or held[end + 1]:
                    found = self._joined(at)
                    if found is None:
                        break
                    message, at = found
                    yield message, 0
                else:
                    begin, at = at + SIZE, end + SIZE
                    yield held, begin
        finally:
            del held[:at]

    def _joined(self, at: int) -> tuple[bytearray, int] | None:
        """Return the message of several chunks that begins at `at`, and where it ends; None while it is not whole."""
        held, message = self._bytes, bytearray()
        while at + SIZE <= len(held):
            chunk = held[at] << 8 | held[at + 1]
            at += SIZE
            if not chunk:
                return message, at
            if at + chunk > len(held):
                return None
            message += held[at : at + chunk]
            at += chunk
        return None
