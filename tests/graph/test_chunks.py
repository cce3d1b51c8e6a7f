import struct

from hypothesis import given
from hypothesis import strategies as st

from graph.bolt.chunks import Chunks

LIVES = b"\0\0"
"""What a server sends between messages to show that it lives."""


def chunked(message: bytes, size: int) -> bytes:
    chunks = [message[at : at + size] for at in range(0, len(message), size)]
    return b"".join(struct.pack(">H", len(chunk)) + chunk for chunk in chunks) + b"\0\0"


@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.integers(1, 50), st.booleans()), max_size=6),
    st.lists(st.integers(1, 30), min_size=1, max_size=40),
)
def test_messages_are_found_however_they_are_chunked_and_arrive(messages, sizes):
    sent = b"".join((LIVES if lives else b"") + chunked(message, size) for message, size, lives in messages)
    chunks, found = Chunks(), []
    while sent:
        size = sizes[len(sent) % len(sizes)]
        data, sent = sent[:size], sent[size:]
        # A message of one chunk is not cut out of what came, so its end is known to the codec alone.
        found += [bytes(held[at:]) for held, at in chunks.messages(data)]
    assert len(found) == len(messages)
    assert all(each.startswith(message) for each, (message, _, _) in zip(found, messages, strict=True))
